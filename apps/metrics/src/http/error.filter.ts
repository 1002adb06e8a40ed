import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@tessera/platform-logging';
import { toHttpError } from './errors';

/** Answers every error with the body that all services share; those of the service itself are logged. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refused = toHttpError(error);
    if (refused.status >= 500) this.logger.error({ err: error, requestId: request.id }, 'request failed');
    void reply.status(refused.status).headers(refused.headers).send(refused.body());
  }
}
