import type { ReactElement } from 'react';
import { GatewayError, GatewayOfflineError } from '../../gateway/gateway-error';
import { Problem } from '../../components/layout/states';

/** Why the gateway gives no answer, and what helps. */
export function GatewayProblem({
  error,
  retry,
}: {
  readonly error: unknown;
  readonly retry: () => void;
}): ReactElement {
  if (error instanceof GatewayOfflineError)
    return (
      <div className="notice" data-tone="bad" role="alert">
        <strong>{error.message}</strong>
        <p className="soft">
          It does not run, is not at that address (<code>TESSERA_GATEWAY_PUBLIC_URL</code> of the API), or
          does not let this page call it (<code>TESSERA_GATEWAY_CORS_ORIGINS</code> of the gateway must have{' '}
          <code>{location.origin}</code>).
        </p>
        <button type="button" className="button" onClick={retry}>
          Try again
        </button>
      </div>
    );
  if (error instanceof GatewayError && error.status === 401)
    return (
      <div className="notice" data-tone="warn" role="alert">
        <strong>The gateway does not accept your sign-in.</strong>
        <p>{error.message}</p>
        <p className="soft">It trusts the issuers of the API where both have the same settings.</p>
      </div>
    );
  return <Problem error={error} retry={retry} />;
}
