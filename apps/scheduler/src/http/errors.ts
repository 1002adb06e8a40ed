import { KubernetesApiError } from '@tessera/adapter-kubernetes';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { NotLeadingError } from '@tessera/application-reconciliation';
import { HttpError, httpErrors } from '@tessera/platform-http';

/** Maps any error to a response. */
export const toHttpError = httpErrors({
  unauthenticated: [TokenError],
  unavailable: [
    { of: KeysUnavailableError, details: 'the keys that verify tokens are unavailable' },
    { of: isDatabaseUnavailable, details: 'the database is unavailable' },
  ],
  own: (error) => {
    if (error instanceof NotLeadingError)
      return new HttpError(503, 'Another scheduler is the leader; try again.', error.message);
    if (error instanceof KubernetesApiError && (error.status === 400 || error.status === 404))
      return new HttpError(error.status, 'The cluster refused the request.', error.body.message);
    return undefined;
  },
});
