import { HttpException } from '@nestjs/common';
import { KubernetesApiError } from '@tessera/adapter-kubernetes';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { NotLeadingError } from '@tessera/application-reconciliation';
import { HttpError } from '@tessera/platform-http';

/** Maps any error to a response; an unexpected error is 500 without detail. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof TokenError) return new HttpError(401, error.message);
  if (error instanceof NotLeadingError)
    return new HttpError(503, 'Another scheduler is the leader; try again.', error.message);
  if (error instanceof KeysUnavailableError) return new HttpError(503, error.message);
  if (isDatabaseUnavailable(error))
    return new HttpError(503, 'The database is unavailable; try again.', undefined, { 'retry-after': '1' });
  if (error instanceof KubernetesApiError && (error.status === 400 || error.status === 404))
    return new HttpError(error.status, 'The cluster refused the request.', error.body.message);
  if (error instanceof HttpException) return new HttpError(error.getStatus(), error.message);
  return ofServer(error) ?? new HttpError(500, 'Unexpected error.');
}

/** A request that Fastify refused, such as one with a body that is too large or no JSON. */
function ofServer(error: unknown): HttpError | undefined {
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  return typeof statusCode === 'number' && statusCode < 500
    ? new HttpError(statusCode, String(message))
    : undefined;
}
