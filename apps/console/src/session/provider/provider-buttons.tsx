import type { IdentityProvider } from '@tessera/contracts-rest/console-settings';
import { useState, type ReactElement } from 'react';
import { useSettings } from '../../api/settings';
import { Problem } from '../../components/layout/states';
import { useSending } from '../../components/forms/use-sending';
import { failureOf } from './failure';
import { keepPending } from './pending';

/** Goes to the provider to sign in, and comes back to `path`; rejects with why that cannot be. */
export async function signInBy(provider: IdentityProvider, path: string): Promise<void> {
  const { endpoints, name } = provider;
  if (endpoints === undefined) throw failureOf(new TypeError(), name, location.origin);
  const { beginSignIn } = await import('./authorisation');
  const { address, pending } = await beginSignIn({ ...provider, endpoints }, location.origin, path);
  keepPending(sessionStorage, pending);
  location.assign(address);
}

/** A button for each identity provider of the settings; nothing where there is none. */
export function ProviderButtons(): ReactElement | null {
  const settings = useSettings();
  const [going, setGoing] = useState<string>();
  const { busy, error, send } = useSending();
  const providers = settings.data?.identityProviders ?? [];
  if (providers.length === 0) return null;
  return (
    <div className="providers">
      {providers.map((provider) => (
        <button
          key={provider.issuer}
          type="button"
          className="button"
          data-kind="main"
          disabled={busy || provider.endpoints === undefined}
          onClick={() => {
            setGoing(provider.issuer);
            void send(() => signInBy(provider, `${location.pathname}${location.search}`));
          }}
        >
          {busy && going === provider.issuer ? `Going to ${provider.name}` : `Sign in with ${provider.name}`}
        </button>
      ))}
      {providers
        .filter(({ endpoints }) => endpoints === undefined)
        .map(({ issuer, name }) => (
          <p key={issuer} className="small" role="status">
            {name} cannot be reached by the platform now.{' '}
            <button type="button" className="link" onClick={() => void settings.refetch()}>
              Try again
            </button>
          </p>
        ))}
      {error === undefined ? null : <Problem error={error} />}
      <p className="or soft small">
        <span>or with a credential of the platform</span>
      </p>
    </div>
  );
}
