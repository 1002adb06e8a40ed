import {
  Catch,
  HttpException,
  Inject,
  NotFoundException,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';
import { LOGGER } from '../../providers';
import { callOf } from '../active-call';
import { Addresses } from '../addresses';
import { OperationRunner } from '../operation-runner';
import { send } from '../send';
import { toHttpError } from './errors';

/**
 * Maps every error to the documented error body: of an operation by its runner, and otherwise here (no route, body too
 * large, broken request).
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(
    private readonly runner: OperationRunner,
    private readonly addresses: Addresses,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const call = callOf(request);
    if (call !== undefined && call.state !== 'failed') return this.runner.refuse(call, reply, error);
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
