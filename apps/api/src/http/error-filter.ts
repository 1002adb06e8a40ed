import {
  Catch,
  HttpException,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';
import { send } from './routes';
import type { Addresses } from './addresses';
import { toHttpError } from './errors';

/** Maps errors outside an endpoint (no route, body too large, broken request) to the documented error body. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly addresses: Addresses,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refused = this.refusal(error, request);
    if (refused.status >= 500) this.logger.error({ err: error, requestId: request.id }, 'request failed');
    send(reply, { status: refused.status, body: refused.body(), headers: refused.headers });
  }

  /** Nest throws its own exceptions for a missing route and for requests that Fastify rejects. */
  private refusal(error: unknown, { method, url }: FastifyRequest): HttpError {
    if (error instanceof NotFoundException) return this.addresses.refusal(method, url);
    if (error instanceof HttpException) return new HttpError(error.getStatus(), error.message);
    return toHttpError(error);
  }
}
