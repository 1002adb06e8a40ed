import type { IdentityProvider } from '@tessera/contracts-rest/console-settings';
import { SIGN_IN_PAGE } from '@tessera/contracts-rest/console-pages';
import * as oauth from 'oauth4webapi';
import type { Session } from '../session';
import { SignInError } from './failure';
import type { PendingSignIn } from './pending';

/** A provider whose endpoints are known. */
export type ReachedProvider = IdentityProvider & Required<Pick<IdentityProvider, 'endpoints'>>;

/** A token counts as ended a little before it does, ms. */
const MARGIN_MS = 30_000;
const LIMIT_MS = 15_000;
/** Signatures of ID tokens; the API verifies that of the token it gets. RS256 alone is what clients take by default. */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'];

const redirectUri = (origin: string): string => `${origin}${SIGN_IN_PAGE}`;

/**
 * The address of the provider where a person signs in, and what has to be kept until the return (RFC 6749 §4.1.1, RFC
 * 7636 with S256). Throws {@link SignInError} where the browser has no cryptography for the page, which is so over
 * plain http.
 */
export async function beginSignIn(
  { issuer, clientId, scope, endpoints }: ReachedProvider,
  origin: string,
  path: string,
): Promise<{ readonly address: string; readonly pending: PendingSignIn }> {
  if ((crypto.subtle as SubtleCrypto | undefined) === undefined)
    throw new SignInError(`Signing in this way needs https: the browser has no cryptography for ${origin}.`);
  const [state, nonce, verifier] = [
    oauth.generateRandomState(),
    oauth.generateRandomNonce(),
    oauth.generateRandomCodeVerifier(),
  ];
  const address = new URL(endpoints.authorization);
  const parameters = {
    ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri(origin), scope, state, nonce },
    ...{ code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  return { address: address.href, pending: { issuer, state, nonce, verifier, path } };
}

/**
 * The session for an answer of the provider: checks that it belongs to the sign-in which is pending (state, issuer,
 * nonce), and exchanges its code for tokens. `now` in ms. Throws what the provider or the checks report.
 */
export async function finishSignIn(
  returned: URL,
  { issuer, clientId, endpoints, token }: ReachedProvider,
  pending: PendingSignIn,
  now: number,
): Promise<Session> {
  const server: oauth.AuthorizationServer = {
    issuer,
    token_endpoint: endpoints.token,
    authorization_response_iss_parameter_supported: endpoints.namesIssuer,
    id_token_signing_alg_values_supported: ALGORITHMS,
  };
  const client: oauth.Client = { client_id: clientId };
  const answer = answerIn(returned, server, client, pending);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    answer,
    redirectUri(returned.origin),
    pending.verifier,
    {
      signal: () => AbortSignal.timeout(LIMIT_MS),
      // The settings of the API decide whether an issuer may be called over plain http.
      [oauth.allowInsecureRequests]: new URL(endpoints.token).protocol === 'http:',
    },
  );
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  });
  const claims = oauth.getValidatedIdTokenClaims(tokens);
  const [sent, endsAt] =
    token === 'id_token' || tokens.expires_in === undefined
      ? [token === 'id_token' ? tokens.id_token : tokens.access_token, (claims?.exp ?? 0) * 1000]
      : [tokens.access_token, now + tokens.expires_in * 1000];
  return {
    token: sent ?? '',
    name: nameIn(claims ?? {}),
    beganAt: now,
    expiresAt: endsAt - MARGIN_MS,
    issuer,
  };
}

/** The parameters of an answer that belongs to the sign-in which is pending; throws what the provider refused. */
function answerIn(
  returned: URL,
  server: oauth.AuthorizationServer,
  client: oauth.Client,
  { state }: PendingSignIn,
): URLSearchParams {
  try {
    return oauth.validateAuthResponse(server, client, returned, state);
  } catch (error) {
    if (!(error instanceof oauth.OperationProcessingError)) throw error;
    throw new SignInError('The answer does not belong to the sign-in that was begun here. Sign in again.', {
      cause: error,
    });
  }
}

/** What people call themselves, by the claims that providers set for that. */
function nameIn(claims: Readonly<Record<string, unknown>>): string {
  const names = ['email', 'preferred_username', 'name', 'sub'].map((claim) => claims[claim]);
  return names.find((name): name is string => typeof name === 'string' && name !== '') ?? '';
}
