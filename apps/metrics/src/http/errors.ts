import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import { UnknownMetricError } from '@tessera/application-measuring';
import { httpErrors } from '@tessera/platform-http';

/** Maps any error to a response. */
export const toHttpError = httpErrors({
  invalid: [UnknownMetricError],
  unauthenticated: [TokenError],
  unavailable: [{ of: KeysUnavailableError, details: 'the keys that verify tokens are unavailable' }],
});
