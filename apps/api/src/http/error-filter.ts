import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@tessera/platform-logging';
import { send } from './controllers';
import { noRoute, toHttpError } from './errors';

/** What goes wrong outside an endpoint (no route, body too large, broken request) in the same error body. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refused =
      error instanceof NotFoundException ? noRoute(request.method, request.url) : toHttpError(error);
    if (refused.status >= 500) this.logger.error({ err: error, requestId: request.id }, 'request failed');
    send(reply, { status: refused.status, body: refused.body(), headers: refused.headers });
  }
}
