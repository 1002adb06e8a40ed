import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { KeysUnavailableError, SecretsBusyError, TokenError } from '@tessera/adapter-oidc';
import { FilterError } from '@tessera/application-control-plane';
import { RecordTooLargeError } from '@tessera/application-messaging';
import { HttpError, httpErrors } from '@tessera/platform-http';

const tooLarge = ({ size, limit }: RecordTooLargeError): HttpError =>
  new HttpError(
    413,
    'The workload is too large to be sent to its cluster.',
    `with the defaults of the project's policy it has ${size} bytes as JSON, the limit is ${limit} bytes; store long texts in a ConfigMap, a Secret or the image and refer to them`,
  );

/** Maps any error to a response. */
export const toHttpError = httpErrors({
  invalid: [FilterError],
  unauthenticated: [TokenError],
  unavailable: [{ of: KeysUnavailableError }, { of: SecretsBusyError }, { of: isDatabaseUnavailable }],
  own: (error) => (error instanceof RecordTooLargeError ? tooLarge(error) : undefined),
});
