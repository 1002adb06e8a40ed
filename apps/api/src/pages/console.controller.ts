import { Controller, Get, Header, Headers, Inject, Param, Res } from '@nestjs/common';
import { CONSOLE_PAGES } from '@tessera/contracts-rest/console-pages';
import { CONSOLE_SETTINGS, type ConsoleSettings } from '@tessera/contracts-rest/console-settings';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import type { FastifyReply } from 'fastify';
import type { ApiConfig } from '../config';
import { API_CONFIG, VERSION } from '../providers';
import { consoleFiles, takesGzip } from './console-files';
import { consolePolicy, consoleSettings } from './console-settings';
import { STATIC_POLICY } from './html';
import { startPage } from './start-page';

const ADDRESSES = CONSOLE_PAGES.flatMap((page) => (page === '/' ? [page] : [page, `${page}/*`]));
/** The name of a file changes with its content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The console; where it has not been built, the page of links. */
@Controller()
export class ConsoleController {
  private readonly files = consoleFiles();
  private readonly settings: ConsoleSettings;
  private readonly page: string;
  private readonly policy: string;

  constructor(@Inject(API_CONFIG) config: ApiConfig, @Inject(VERSION) version: string) {
    this.settings = consoleSettings(config);
    this.page = this.files?.page ?? startPage(version);
    this.policy = this.files === undefined ? STATIC_POLICY : consolePolicy(this.settings);
  }

  @Get(ADDRESSES)
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  start(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-security-policy', this.policy);
    return this.page;
  }

  @Get(CONSOLE_SETTINGS)
  @Header('content-type', 'application/json; charset=utf-8')
  @Header('cache-control', 'no-store')
  surroundings(): string {
    return JSON.stringify(this.settings);
  }

  @Get('/assets/:name')
  @Header('cache-control', FOR_EVER)
  asset(
    @Param('name') name: string,
    @Headers('accept-encoding') accepted: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Buffer {
    const file = this.files?.assets.get(name);
    if (file === undefined) throw new HttpError(404, ERRORS[404].message);
    void reply.headers({ 'content-type': file.type, vary: 'accept-encoding' });
    if (!takesGzip(accepted ?? '')) return file.content;
    void reply.header('content-encoding', 'gzip');
    return file.gzip;
  }
}
