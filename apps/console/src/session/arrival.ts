import { ApiClient } from '../api/client';
import { readSettings } from '../api/settings';
import { failureOf, SignInError } from './provider/failure';
import { takePending } from './provider/pending';
import type { Session, SessionStore } from './session';
import type { Arrival } from './take-arrival';
import { signIn } from './tokens';

/** Begins the session; throws why it cannot, in words. */
export async function arrive(arrival: Arrival, api: ApiClient, sessions: SessionStore): Promise<void> {
  if (arrival.kind === 'credential') sessions.begin(await signIn(api, arrival.credential, Date.now()));
  else await comeBack(arrival.address, sessions);
}

async function comeBack(address: URL, sessions: SessionStore): Promise<void> {
  const pending = takePending(sessionStorage);
  if (pending === undefined) {
    // Somebody opened the address by hand.
    if (address.search === '') return;
    throw new SignInError('This sign-in was not begun in this tab, or was finished before. Sign in again.');
  }
  history.replaceState(null, '', pending.path);
  const { identityProviders } = await readSettings();
  const provider = identityProviders.find(({ issuer }) => issuer === pending.issuer);
  if (provider?.endpoints === undefined)
    throw new SignInError(`The platform cannot reach ${pending.issuer} now. Sign in again in a moment.`);
  const { finishSignIn } = await import('./provider/authorisation');
  const reached = { ...provider, endpoints: provider.endpoints };
  const session = await finishSignIn(address, reached, pending, Date.now()).catch((error: unknown) => {
    throw failureOf(error, provider.name, address.origin);
  });
  await assertAccepted(session);
  sessions.begin(session);
}

/** A token that the API does not accept would end the session at its first call, without a word. */
async function assertAccepted({ token }: Session): Promise<void> {
  const api = new ApiClient(
    () => token,
    () => undefined,
  );
  await api.call('get_permissions');
}
