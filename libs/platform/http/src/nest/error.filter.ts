import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '@tessera/platform-logging';
import type { HttpError } from '../errors';

/** What a service makes of errors. */
export interface ErrorAnswers {
  /** Maps any error to a response; see `httpErrors`. */
  readonly toHttpError: (error: unknown) => HttpError;
  /** Whether the error behind a response of this status is logged: one that the service does not expect. */
  readonly isLogged: (status: number) => boolean;
  readonly logger: Pick<Logger, 'error'>;
}

/** Answers every error with the body that all services share. Without `@Catch`, Nest gives a filter every error. */
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly answers: ErrorAnswers) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const { toHttpError, isLogged, logger } = this.answers;
    const refused = toHttpError(error);
    const { id: requestId } = host.switchToHttp().getRequest<FastifyRequest>();
    if (isLogged(refused.status)) logger.error({ err: error, requestId }, 'request failed');
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    void reply.status(refused.status).headers(refused.headers).send(refused.body());
  }
}
