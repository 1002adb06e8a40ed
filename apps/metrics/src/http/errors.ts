import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import { UnknownMetricError } from '@tessera/application-measuring';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import type { Logger } from '@tessera/platform-logging';

/** Maps any error to a response. An unexpected error is 500 without detail. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof TokenError)
    return new HttpError(401, error.message, undefined, { 'www-authenticate': 'Bearer' });
  if (error instanceof UnknownMetricError) return new HttpError(400, error.message);
  if (error instanceof HttpException) return new HttpError(error.getStatus(), error.message);
  if (error instanceof KeysUnavailableError)
    return new HttpError(503, ERRORS[503].message, 'the keys that verify tokens are unavailable');
  return new HttpError(500, ERRORS[500].message);
}

/** Errors in the body that all services share. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refused = toHttpError(error);
    if (refused.status >= 500) this.logger.error({ err: error, requestId: request.id }, 'request failed');
    for (const [name, value] of Object.entries(refused.headers)) void reply.header(name, value);
    void reply.status(refused.status).send(refused.body());
  }
}
