import { CompactSign, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { randomUUID } from 'node:crypto';
import type { SigningKey, SigningKeyStore, Subject, TokenIssuer } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';

const ALGORITHM = 'ES256';
/** How long the key list is cached, ms: other processes may have rotated keys. */
const KEYS_MAX_AGE_MS = 30_000;
/** How long a key is published before it signs, ms: by then every process has read the new list. */
const SHOWN_FIRST_MS = KEYS_MAX_AGE_MS + 5_000;

/** Lifetime of a token between services, s. It is used for the first half of that time. */
const SERVICE_TTL_SECONDS = 60;
/** Subject of these tokens: the API. */
const SERVICE_SUBJECT = 'service/api';

export interface IssuerOptions {
  readonly keys: SigningKeyStore;
  readonly issuer: string;
  readonly audience: string;
  readonly ttlSeconds: number;
  readonly clock: Clock;
}

/**
 * The built-in issuer. It signs with the newest key that every process can know; the first key is generated at first
 * use.
 */
export class BuiltInIssuer implements TokenIssuer {
  private known: { readonly at: number; readonly keys: readonly SigningKey[] } | undefined;
  private readonly serviceTokens = new Map<string, { readonly token: string; readonly exp: number }>();
  private readonly imported = new Map<string, CryptoKey>();

  constructor(private readonly options: IssuerOptions) {}

  get ttlSeconds(): number {
    return this.options.ttlSeconds;
  }

  /** Generates a key if there is none. */
  async prepare(): Promise<void> {
    if ((await this.options.keys.all()).every(({ retiredAt }) => retiredAt !== undefined))
      await this.rotate();
  }

  /** A new key is published at once and signs a little later; old keys verify until their tokens have expired. */
  async rotate(): Promise<string> {
    const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
    const kid = randomUUID();
    const createdAt = new Date(this.options.clock.now()).toISOString();
    const jwk = await exportJWK(privateKey);
    await this.options.keys.rotate({ kid, privateJwk: { ...jwk, kid, alg: ALGORITHM }, createdAt });
    this.known = undefined;
    return kid;
  }

  async issue(subject: Omit<Subject, 'secretHash'>): Promise<string> {
    const { issuer, audience, ttlSeconds, clock } = this.options;
    const now = Math.floor(clock.now() / 1000);
    const payload = {
      iss: issuer,
      sub: subject.id,
      aud: audience,
      iat: now,
      nbf: now,
      exp: now + ttlSeconds,
      jti: randomUUID(),
      name: subject.name,
      kind: subject.kind,
      tenant: subject.tenantId,
      client: subject.clientId,
      ver: subject.secretVersion,
    };
    return this.sign(payload);
  }

  /** A token with which the API calls the service of that audience; valid for at least half a minute. */
  async serviceToken(audience: string): Promise<string> {
    const now = Math.floor(this.options.clock.now() / 1000);
    const known = this.serviceTokens.get(audience);
    if (known !== undefined && known.exp - now > SERVICE_TTL_SECONDS / 2) return known.token;
    const exp = now + SERVICE_TTL_SECONDS;
    const { issuer: iss } = this.options;
    const claims = { iss, sub: SERVICE_SUBJECT, aud: audience, iat: now, nbf: now, exp };
    const token = await this.sign({ ...claims, jti: randomUUID() });
    this.serviceTokens.set(audience, { token, exp });
    return token;
  }

  private async sign(payload: object): Promise<string> {
    const key = await this.signingKey();
    return new CompactSign(new TextEncoder().encode(plainJson(payload)))
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: key.kid })
      .sign(await this.privateKey(key));
  }

  /** The public keys of all keys that may have signed a token that is still valid. */
  async jwks(): Promise<{ readonly keys: readonly JWK[] }> {
    const longest = Math.max(this.ttlSeconds, SERVICE_TTL_SECONDS) * 1000;
    const oldest = this.options.clock.now() - longest - 2 * SHOWN_FIRST_MS;
    const keys = (await this.keys()).filter(
      ({ retiredAt }) => retiredAt === undefined || Date.parse(retiredAt) >= oldest,
    );
    return { keys: keys.map(publicJwk) };
  }

  private async keys(): Promise<readonly SigningKey[]> {
    const now = this.options.clock.now();
    if (this.known === undefined || now - this.known.at > KEYS_MAX_AGE_MS)
      this.known = { at: now, keys: await this.options.keys.all() };
    return this.known.keys;
  }

  private async signingKey(): Promise<SigningKey> {
    const keys = await this.keys();
    const shownSince = this.options.clock.now() - SHOWN_FIRST_MS;
    // Newest first. If all are new, the oldest is the most widely known.
    const key = keys.find(({ createdAt }) => Date.parse(createdAt) <= shownSince) ?? keys.at(-1);
    if (key === undefined) throw new Error('there is no signing key; the issuer was not prepared');
    return key;
  }

  private async privateKey({ kid, privateJwk }: SigningKey): Promise<CryptoKey> {
    const known = this.imported.get(kid);
    if (known !== undefined) return known;
    const key = (await importJWK(privateJwk as JWK, ALGORITHM)) as CryptoKey;
    this.imported.set(kid, key);
    return key;
  }
}

function publicJwk({ kid, privateJwk }: SigningKey): JWK {
  const { kty, crv, x, y } = privateJwk as JWK;
  return { kty, crv, x, y, kid, use: 'sig', alg: ALGORITHM } as JWK;
}

/**
 * JSON whose base64url form has neither `-` nor `_`: the official Python client decodes the payload as plain base64 and
 * would drop them. In ASCII only `>`, `?`, `~` and DEL can give these two, so they and all non-ASCII are escaped.
 */
export const plainJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[>?~\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
