import {
  compactVerify,
  decodeJwt,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTVerifyGetKey,
} from 'jose';
import { LRUCache } from 'lru-cache';
import { KeysUnavailableError, localKeys, remoteKeys } from './key-sets';
import { REFUSALS, TokenError, type TokenClaims } from './token-claims';

/** An issuer whose tokens are accepted, and the address of its keys; without one, OIDC discovery is used. */
export interface TrustedIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl?: string;
  /** Local keys, read again if a token names an unknown one. */
  readonly keys?: () => Promise<JSONWebKeySet>;
}

export interface VerifierOptions {
  readonly now?: () => number;
  /** Tolerated difference between the clocks, s. */
  readonly skewSeconds?: number;
  /** Timeout of requests to an issuer, ms. */
  readonly timeoutMs?: number;
}

export interface TokenVerifier {
  /**
   * Returns the claims of a valid token. Throws {@link TokenError} with the message for the caller if it is invalid,
   * and {@link KeysUnavailableError} while the issuer's keys are unavailable.
   */
  verify(token: string): Promise<TokenClaims>;
  /** The same for an `Authorization` header. */
  verifyHeader(header: string | undefined): Promise<TokenClaims>;
  /** True if the token of the header was verified recently. Costs one map lookup. */
  isCached(header: string | undefined): boolean;
}

/** Only asymmetric signatures; no `none`, no shared secrets. */
const ALGORITHMS = ['ES256', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'];
const SKEW_SECONDS = 5;
const TIMEOUT_MS = 5_000;
/** Minimum interval between two attempts to discover an issuer, ms. */
const FAILED_MS = 1_000;
/** How long a verified token is cached, ms. */
const CACHE_MS = 60_000;
/** Maximum number of cached tokens; the least recently used one is dropped. */
const MAX_CACHED = 10_000;

/**
 * Verifies access tokens of one or more issuers. Keys are cached, and read again when a token names an unknown key, at
 * most every few seconds. A verified token is cached for a minute, so its signature is not checked again; its times are
 * checked at every call.
 */
export function createTokenVerifier(
  issuers: TrustedIssuer | readonly TrustedIssuer[],
  options: VerifierOptions = {},
): TokenVerifier {
  const now = options.now ?? Date.now;
  const skew = options.skewSeconds ?? SKEW_SECONDS;
  const trusted = new Map(
    (Array.isArray(issuers) ? issuers : [issuers]).map((one: TrustedIssuer) => [one.issuer, one]),
  );
  const keySets = new Map<string, Promise<JWTVerifyGetKey>>();
  const cached = new LRUCache<string, { readonly claims: TokenClaims; readonly until: number }>({
    max: MAX_CACHED,
  });

  const keySet = (issuer: TrustedIssuer): Promise<JWTVerifyGetKey> => {
    const before = keySets.get(issuer.issuer);
    if (before !== undefined) return before;
    const known = keySetOf(issuer, options.timeoutMs ?? TIMEOUT_MS);
    keySets.set(issuer.issuer, known);
    // Retried a little later, so that tokens of unknown callers do not each cause a call to the issuer.
    known.catch(() => setTimeout(() => keySets.delete(issuer.issuer), FAILED_MS).unref());
    return known;
  };

  const check = async (token: string): Promise<TokenClaims> => {
    const claims = readClaims(token);
    const issuer = trusted.get(String(claims.iss));
    if (issuer === undefined) throw new TokenError(REFUSALS.issuer);
    await checkSignature(token, await keySet(issuer));
    if (![claims['aud']].flat().includes(issuer.audience)) throw new TokenError(REFUSALS.audience);
    return claims;
  };

  const verify = async (token: string): Promise<TokenClaims> => {
    const known = cached.get(token);
    if (known !== undefined && known.until > now()) return inTime(known.claims, now(), skew);
    const claims = await check(token);
    cached.set(token, { claims, until: now() + CACHE_MS });
    return inTime(claims, now(), skew);
  };

  return {
    verify,
    verifyHeader: (header) => {
      const token = tokenOf(header);
      return token === undefined ? Promise.reject(new TokenError(REFUSALS.missing)) : verify(token);
    },
    isCached: (header) => (cached.get(tokenOf(header) ?? '')?.until ?? 0) > now(),
  };
}

const tokenOf = (header: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(header ?? '')?.[1];

function readClaims(token: string): TokenClaims {
  let algorithm: string | undefined;
  let claims: TokenClaims;
  try {
    algorithm = decodeProtectedHeader(token).alg;
    claims = decodeJwt(token) as TokenClaims;
  } catch {
    throw new TokenError(REFUSALS.malformed);
  }
  if (algorithm === undefined || !ALGORITHMS.includes(algorithm)) throw new TokenError(REFUSALS.algorithm);
  if (typeof claims.sub !== 'string' || typeof claims.exp !== 'number')
    throw new TokenError(REFUSALS.malformed);
  return claims;
}

async function checkSignature(token: string, keys: JWTVerifyGetKey): Promise<void> {
  try {
    await compactVerify(token, keys, { algorithms: ALGORITHMS });
  } catch (error) {
    if (error instanceof KeysUnavailableError) throw error;
    throw new TokenError(REFUSALS.signature);
  }
}

function inTime(claims: TokenClaims, now: number, skew: number): TokenClaims {
  const seconds = now / 1000;
  if (claims.exp + skew <= seconds) throw new TokenError(REFUSALS.expired);
  const notBefore = claims['nbf'];
  if (typeof notBefore === 'number' && notBefore - skew > seconds) throw new TokenError(REFUSALS.early);
  return claims;
}

const keySetOf = ({ issuer, jwksUrl, keys }: TrustedIssuer, timeoutMs: number): Promise<JWTVerifyGetKey> =>
  keys === undefined ? remoteKeys(issuer, jwksUrl, timeoutMs) : localKeys(keys);
