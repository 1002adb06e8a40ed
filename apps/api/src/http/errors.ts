import { ERRORS } from '@tessera/contracts-rest';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import { FilterError } from '@tessera/application-submission';
import { HttpError } from '@tessera/platform-http';

/** SQLSTATE classes and Node codes that mean: the database is not there now. */
const OUTAGE = /^(08|53|57P)|^(ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN)$/;

/** Any error as an answer. What nobody expected is 500 and says nothing about itself. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof TokenError)
    return new HttpError(401, error.message, undefined, { 'www-authenticate': 'Bearer' });
  if (error instanceof FilterError) return new HttpError(400, error.message);
  const { statusCode, code, message } = (error ?? {}) as {
    statusCode?: unknown;
    code?: unknown;
    message?: string;
  };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new HttpError(statusCode, message ?? 'Bad request.');
  if (
    error instanceof KeysUnavailableError ||
    (typeof code === 'string' && OUTAGE.test(code)) ||
    /timeout exceeded when trying to connect|Connection terminated/.test(message ?? '')
  )
    return new HttpError(503, ERRORS[503].message, undefined, { 'retry-after': '1' });
  return new HttpError(500, ERRORS[500].message);
}
