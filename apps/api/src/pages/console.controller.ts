import { Controller, Get, Header, Headers, Inject, Param, Res } from '@nestjs/common';
import { CONSOLE_PAGES, SIGN_IN_PAGE } from '@tessera/contracts-rest/console-pages';
import { CONSOLE_SETTINGS, type ConsoleSettings } from '@tessera/contracts-rest/console-settings';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import type { FastifyReply } from 'fastify';
import type { ApiConfig } from '../config';
import { API_CONFIG, VERSION } from '../providers';
import { consoleFiles, takesGzip } from './console-files';
import { consolePolicy, consoleSettings } from './console-settings';
import { STATIC_POLICY } from './html';
import { IdentityProviders } from './identity-providers';
import { startPage } from './start-page';

const ADDRESSES = [
  ...CONSOLE_PAGES.flatMap((page) => (page === '/' ? [page] : [page, `${page}/*`])),
  SIGN_IN_PAGE,
];
/** The name of a file changes with its content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The console; where it has not been built, the page of links. */
@Controller()
export class ConsoleController {
  private readonly files = consoleFiles();
  private readonly page: string;

  constructor(
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(VERSION) version: string,
    private readonly providers: IdentityProviders,
  ) {
    this.page = this.files?.page ?? startPage(version);
  }

  @Get(ADDRESSES)
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  async start(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    const policy = this.files === undefined ? STATIC_POLICY : consolePolicy(await this.settings());
    void reply.header('content-security-policy', policy);
    return this.page;
  }

  @Get(CONSOLE_SETTINGS)
  @Header('content-type', 'application/json; charset=utf-8')
  @Header('cache-control', 'no-store')
  async surroundings(): Promise<string> {
    return JSON.stringify(await this.settings());
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

  private async settings(): Promise<ConsoleSettings> {
    return consoleSettings(this.config, await this.providers.current());
  }
}
