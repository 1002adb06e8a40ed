import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@tessera/platform-logging';
import { toHttpError } from './errors';

/** Answers every error with the body that all services share; an unexpected one is logged. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const refused = toHttpError(error);
    const { id: requestId } = host.switchToHttp().getRequest<FastifyRequest>();
    if (refused.status === 500) this.logger.error({ err: error, requestId }, 'request failed');
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(refused.status).headers(refused.headers).send(refused.body());
  }
}
