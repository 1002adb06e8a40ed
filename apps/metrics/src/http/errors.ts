import { HttpException } from '@nestjs/common';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import { UnknownMetricError } from '@tessera/application-measuring';
import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

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
