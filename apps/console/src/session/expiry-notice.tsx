import { useEffect, type ReactElement } from 'react';
import { useSettings } from '../api/settings';
import { Problem } from '../components/layout/states';
import { duration } from '../components/values/time';
import { useSending } from '../components/forms/use-sending';
import { useNow } from '../components/values/when';
import { useConsole, useSession } from '../shell/console';
import { endsSoon } from './expiry';
import { signInBy } from './provider/provider-buttons';

/** Says before the session ends that it does, and offers to sign in again; ends it when its time has come. */
export function ExpiryNotice(): ReactElement | null {
  const { sessions } = useConsole();
  const session = useSession();
  const { data } = useSettings();
  const { busy, error, send } = useSending();
  const now = Math.max(useNow(), session?.beganAt ?? 0);
  useEffect(() => {
    // Its time has come: the page has to know, and nothing stays in the storage.
    if (session === undefined) sessions.end();
  }, [session, sessions]);
  if (session === undefined || !endsSoon(session, now)) return null;
  const provider = data?.identityProviders.find(({ issuer }) => issuer === session.issuer);
  const again = async (): Promise<void> => {
    if (provider === undefined) sessions.end();
    else await send(() => signInBy(provider, `${location.pathname}${location.search}`));
  };
  return (
    <div className="notice" data-tone="warn" role="status">
      <strong>You are signed out in {duration(Math.max(0, session.expiresAt - now))}</strong>
      <span>
        {provider === undefined
          ? 'Signing in again leads back to this page; what is typed into a form is lost.'
          : `Signing in again by ${provider.name} leads back to this page, mostly without a question; what is typed into a form is lost.`}
      </span>
      {error === undefined ? null : <Problem error={error} />}
      <button type="button" className="button" disabled={busy} onClick={() => void again()}>
        Sign in again
      </button>
    </div>
  );
}
