import { Controller, Get, Header, Inject, Param, Res } from '@nestjs/common';
import { CONSOLE_PAGES } from '@tessera/contracts-rest/console-pages';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import type { FastifyReply } from 'fastify';
import { VERSION } from '../providers';
import { CONSOLE_POLICY, consoleFiles } from './console-files';
import { STATIC_POLICY } from './html';
import { startPage } from './start-page';

const ADDRESSES = CONSOLE_PAGES.flatMap((page) => (page === '/' ? [page] : [page, `${page}/*`]));
/** The name of a file changes with its content. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** The console; where it has not been built, the page of links. */
@Controller()
export class ConsoleController {
  private readonly files = consoleFiles();
  private readonly page: string;
  private readonly policy: string;

  constructor(@Inject(VERSION) version: string) {
    this.page = this.files?.page ?? startPage(version);
    this.policy = this.files === undefined ? STATIC_POLICY : CONSOLE_POLICY;
  }

  @Get(ADDRESSES)
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('cache-control', 'no-cache')
  start(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-security-policy', this.policy);
    return this.page;
  }

  @Get('/assets/:name')
  @Header('cache-control', FOR_EVER)
  asset(@Param('name') name: string, @Res({ passthrough: true }) reply: FastifyReply): Buffer {
    const file = this.files?.assets.get(name);
    if (file === undefined) throw new HttpError(404, ERRORS[404].message);
    void reply.header('content-type', file.type);
    return file.content;
  }
}
