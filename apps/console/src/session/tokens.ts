import type { ApiClient } from '../api/client';
import type { Session } from './session';

/** What somebody signs in with. */
export type Credential =
  | { readonly kind: 'application'; readonly id: string; readonly secret: string }
  | { readonly kind: 'user'; readonly email: string; readonly password: string };

/** A little before the token expires, so that no call is sent with one that is about to. */
const MARGIN_MS = 30_000;
const DEFAULT_SECONDS = 3600;

/** A session for the credential; throws what the API answers where it is not accepted. */
export async function signIn(api: ApiClient, credential: Credential, now: number): Promise<Session> {
  const body =
    credential.kind === 'application'
      ? { grantType: 'app_token', AppId: credential.id, AppSecret: credential.secret }
      : { grantType: 'password', username: credential.email, password: credential.password };
  const { accessToken, expiresIn = DEFAULT_SECONDS } = await api.call('grant_token', { body });
  const name = credential.kind === 'application' ? credential.id : credential.email;
  return { token: accessToken, name, beganAt: now, expiresAt: now + expiresIn * 1000 - MARGIN_MS };
}

/**
 * The credential in the fragment of the address (`#id=…&secret=…`), as the local start prints it; a fragment never
 * leaves the browser.
 */
export function credentialInFragment(fragment: string): Credential | undefined {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const [id, secret] = [given.get('id'), given.get('secret')];
  return id === null || secret === null ? undefined : { kind: 'application', id, secret };
}
