import type { Clock } from '@tessera/domain-workload';
import type { Grant } from './access';

/** A key of the built-in issuer, as JWK. A retired key still verifies, and signs no more. */
export interface SigningKey {
  readonly kid: string;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
  readonly retiredAt?: string;
}

export interface SigningKeyStore {
  all(): Promise<readonly SigningKey[]>;
  /** Adds a key and retires the others. */
  rotate(key: SigningKey): Promise<void>;
}

/** A user or application that can prove who it is. */
export interface Subject {
  readonly id: string;
  readonly kind: 'user' | 'app';
  readonly tenantId: number;
  readonly name: string;
  readonly clientId: string;
  readonly secretHash: string;
}

/** By what access rules can mean somebody. */
export interface Meant {
  readonly id: string;
  /** The email of a user or the client id of an application, with which rules may name them too. */
  readonly named?: { readonly kind: Subject['kind']; readonly name: string };
  readonly groups: readonly string[];
}

export interface SubjectStore {
  byClientId(clientId: string): Promise<Subject | undefined>;
  byId(id: string): Promise<Subject | undefined>;
  grants(meant: Meant): Promise<readonly Grant[]>;
  saveRefreshToken(hash: string, subjectId: string, expiresAt: string): Promise<void>;
  /** Takes a refresh token out of use; gives its subject when it was good. */
  useRefreshToken(hash: string, now: string): Promise<string | undefined>;
}

export interface Secrets {
  hash(secret: string): Promise<string>;
  /** Takes the same time for an unknown subject (`hash` undefined) as for a wrong secret. */
  verify(secret: string, hash: string | undefined): Promise<boolean>;
  /** A new random secret, printable. */
  generate(): string;
  /** Digest under which a random token is stored. */
  digest(token: string): string;
}

export interface TokenIssuer {
  /** A signed JWT for the subject. */
  issue(subject: Pick<Subject, 'id' | 'kind' | 'name' | 'tenantId' | 'clientId'>): Promise<string>;
  readonly ttlSeconds: number;
}

export interface TokenWorld {
  readonly subjects: SubjectStore;
  readonly secrets: Secrets;
  readonly issuer: TokenIssuer;
  readonly clock: Clock;
}

/** A request for a token, whatever the form it came in. */
export type TokenGrant =
  | { readonly kind: 'client'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

export interface GrantedToken {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresIn: number;
}

const REFRESH_MS = 30 * 24 * 3600_000;

/** Gives a token to who can prove who it is; undefined to everybody else, without saying what was wrong. */
export async function grantToken(world: TokenWorld, grant: TokenGrant): Promise<GrantedToken | undefined> {
  const subject = await identify(world, grant);
  if (subject === undefined) return undefined;
  const accessToken = await world.issuer.issue(subject);
  const granted = { accessToken, expiresIn: world.issuer.ttlSeconds };
  if (grant.kind === 'client') return granted;
  const refreshToken = world.secrets.generate();
  const expiresAt = new Date(world.clock.now() + REFRESH_MS).toISOString();
  await world.subjects.saveRefreshToken(world.secrets.digest(refreshToken), subject.id, expiresAt);
  return { ...granted, refreshToken };
}

async function identify(world: TokenWorld, grant: TokenGrant): Promise<Subject | undefined> {
  if (grant.kind === 'refresh') {
    const now = new Date(world.clock.now()).toISOString();
    const id = await world.subjects.useRefreshToken(world.secrets.digest(grant.refreshToken), now);
    return id === undefined ? undefined : world.subjects.byId(id);
  }
  const [clientId, secret, kind] =
    grant.kind === 'client'
      ? ([grant.clientId, grant.secret, 'app'] as const)
      : ([grant.username, grant.password, 'user'] as const);
  const subject = await world.subjects.byClientId(clientId);
  const fits = subject?.kind === kind ? subject : undefined;
  return (await world.secrets.verify(secret, fits?.secretHash)) ? fits : undefined;
}
