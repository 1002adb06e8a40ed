import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { discoveryOf, endpointIn } from './discovery';

/** The keys of an issuer are unavailable; the token was not checked. */
export class KeysUnavailableError extends Error {
  constructor(cause: unknown) {
    super(
      `the keys of the issuer are unavailable: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
    this.name = 'KeysUnavailableError';
  }
}

/** Minimum interval between two reads of an issuer's keys, also after a failure, ms. */
const COOLDOWN_MS = 2_000;

/** Keys of the same process; the list is read again if a token names an unknown key. */
export async function localKeys(keys: () => Promise<JSONWebKeySet>): Promise<JWTVerifyGetKey> {
  const read = async (): Promise<ReturnType<typeof createLocalJWKSet>> => {
    try {
      return createLocalJWKSet(await keys());
    } catch (error) {
      throw new KeysUnavailableError(error);
    }
  };
  let find = await read();
  return async (header, token) => {
    try {
      return await find(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      find = await read();
      return find(header, token);
    }
  };
}

/**
 * Keys of a remote issuer, at `jwksUrl` or at the address in its discovery document. They are cached for ten minutes,
 * and read again if a token names an unknown one. Cached keys stay valid while the issuer does not answer.
 */
export async function remoteKeys(
  issuer: string,
  jwksUrl: string | undefined,
  timeoutMs: number,
): Promise<JWTVerifyGetKey> {
  const url = new URL(jwksUrl ?? (await discover(issuer, timeoutMs)));
  const remote = createRemoteJWKSet(url, { cooldownDuration: COOLDOWN_MS, timeoutDuration: timeoutMs });
  let failed: { readonly at: number; readonly error: unknown } | undefined;
  return async (header, token) => {
    if (failed === undefined || performance.now() - failed.at > COOLDOWN_MS) {
      try {
        const key = await remote(header, token);
        failed = undefined;
        return key;
      } catch (error) {
        if (isOfToken(error)) throw error;
        failed = { at: performance.now(), error };
      }
    }
    const known = remote.jwks();
    const key = known && (await createLocalJWKSet(known)(header, token).catch(() => undefined));
    if (key === undefined) throw new KeysUnavailableError(failed.error);
    return key;
  };
}

/** The keys are available, and none matches the token. */
const isOfToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported;

/** Address of the keys, by the discovery document of the issuer. */
async function discover(issuer: string, timeoutMs: number): Promise<string> {
  try {
    const document = await discoveryOf(issuer, timeoutMs);
    return endpointIn(document, 'jwks_uri');
  } catch (error) {
    throw new KeysUnavailableError(error);
  }
}
