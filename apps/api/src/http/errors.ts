import { ERRORS } from '@tessera/contracts-rest';
import { KeysUnavailableError, SecretsBusyError, TokenError } from '@tessera/adapter-oidc';
import { FilterError } from '@tessera/application-control-plane';
import { RecordTooLargeError } from '@tessera/application-messaging';
import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { HttpError } from '@tessera/platform-http';

/** Maps any error to a response. An unexpected error is 500 without detail. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof TokenError)
    return new HttpError(401, error.message, undefined, { 'www-authenticate': 'Bearer' });
  if (error instanceof FilterError) return new HttpError(400, error.message);
  if (error instanceof RecordTooLargeError) return tooLarge(error);
  const { statusCode, message } = (error ?? {}) as { statusCode?: unknown; message?: string };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500)
    return new HttpError(statusCode, message ?? 'Bad request.');
  if (
    error instanceof KeysUnavailableError ||
    error instanceof SecretsBusyError ||
    isDatabaseUnavailable(error)
  )
    return new HttpError(503, ERRORS[503].message, undefined, { 'retry-after': '1' });
  return new HttpError(500, ERRORS[500].message);
}

const tooLarge = ({ size, limit }: RecordTooLargeError): HttpError =>
  new HttpError(
    413,
    'The request would become a message that is too large for its cluster.',
    `with what the platform adds to it, defaults of the project's policy among that, it has ${size} bytes as JSON in UTF-8, and at most ${limit} are possible; keep long texts in a ConfigMap, a Secret or the image, and name them here`,
  );
