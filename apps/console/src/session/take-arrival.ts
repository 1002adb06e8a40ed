import { SIGN_IN_PAGE } from '@tessera/contracts-rest/console-pages';
import { credentialInFragment, type Credential } from './tokens';

/** How somebody comes to the console with something to sign in by. */
export type Arrival =
  | { readonly kind: 'credential'; readonly credential: Credential }
  | { readonly kind: 'return'; readonly address: URL };

/**
 * What the address of the page brings along to sign in by; undefined where it is an ordinary one. The secret or code
 * leaves the address bar at once, and the history with it.
 */
export function takeArrival(location: Location, history: History): Arrival | undefined {
  const address = new URL(location.href);
  const credential = credentialInFragment(address.hash);
  if (credential !== undefined) {
    history.replaceState(null, '', address.pathname);
    return { kind: 'credential', credential };
  }
  if (address.pathname !== SIGN_IN_PAGE) return undefined;
  history.replaceState(null, '', '/');
  return { kind: 'return', address };
}
