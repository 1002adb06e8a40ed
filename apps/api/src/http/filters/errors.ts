import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { KeysUnavailableError, SecretsBusyError, TokenError } from '@tessera/adapter-oidc';
import { FilterError } from '@tessera/application-control-plane';
import { RecordTooLargeError } from '@tessera/application-messaging';
import { HttpError, httpErrors } from '@tessera/platform-http';

const tooLarge = ({ size, limit }: RecordTooLargeError): HttpError =>
  new HttpError(
    413,
    'The request would become a message that is too large for its cluster.',
    `with what the platform adds to it, defaults of the project's policy among that, it has ${size} bytes as JSON in UTF-8, and at most ${limit} are possible; keep long texts in a ConfigMap, a Secret or the image, and name them here`,
  );

/** Maps any error to a response. */
export const toHttpError = httpErrors({
  invalid: [FilterError],
  unauthenticated: [TokenError],
  unavailable: [{ of: KeysUnavailableError }, { of: SecretsBusyError }, { of: isDatabaseUnavailable }],
  own: (error) => (error instanceof RecordTooLargeError ? tooLarge(error) : undefined),
});
