import type { Clock } from '@tessera/kernel';
import type { Grant } from './access';
import { foldEmail, type Identity } from './identity';

/** A key of the built-in issuer, as JWK. A retired key still verifies tokens but signs none. */
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

/** A user or application that can authenticate. */
export interface Subject {
  readonly id: string;
  readonly kind: 'user' | 'app';
  readonly tenantId: number;
  readonly name: string;
  readonly clientId: string;
  readonly secretHash: string;
  /** Number of secrets so far; a token is valid only for the secret it was issued for. */
  readonly secretVersion: number;
}

export interface SubjectStore {
  /** A user by email, in lower case, or an application by its client id. */
  byClientId(kind: Subject['kind'], clientId: string): Promise<Subject | undefined>;
  byId(id: string): Promise<Subject | undefined>;
  grants(identity: Identity): Promise<readonly Grant[]>;
  saveRefreshToken(hash: string, subjectId: string, expiresAt: string): Promise<void>;
  /** Uses up a refresh token; returns its subject if the token was valid. */
  useRefreshToken(hash: string, now: string): Promise<string | undefined>;
}

export interface Secrets {
  hash(secret: string): Promise<string>;
  /**
   * Takes the same time for an unknown subject (`hash` undefined) as for a wrong secret. Among waiting calls, those
   * with `ahead` run first.
   */
  verify(secret: string, hash: string | undefined, ahead?: boolean): Promise<boolean>;
  /** A new random secret, printable. */
  generate(): string;
  /** Digest under which a random token is stored. */
  digest(token: string): string;
}

export interface TokenIssuer {
  /** A signed JWT for the subject. */
  issue(subject: Omit<Subject, 'secretHash'>): Promise<string>;
  readonly ttlSeconds: number;
}

export interface TokenDependencies {
  readonly subjects: SubjectStore;
  readonly secrets: Secrets;
  readonly issuer: TokenIssuer;
  readonly clock: Clock;
}

/** A token request, in any of its forms. */
export type TokenGrant =
  | { readonly kind: 'client'; readonly clientId: string; readonly secret: string }
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  | { readonly kind: 'refresh'; readonly refreshToken: string };

export interface GrantedToken {
  readonly accessToken: string;
  readonly refreshToken?: string;
  readonly expiresIn: number;
  /** Subject of the token. */
  readonly subject: Pick<Subject, 'id' | 'name'>;
}

const REFRESH_MS = 30 * 24 * 3600_000;

/**
 * Issues a token to a subject that authenticates; returns undefined otherwise, without saying what was wrong. Among
 * concurrent calls, those with `ahead` run first.
 */
export async function grantToken(
  dependencies: TokenDependencies,
  grant: TokenGrant,
  ahead = false,
): Promise<GrantedToken | undefined> {
  const subject = await identify(dependencies, grant, ahead);
  if (subject === undefined) return undefined;
  const accessToken = await dependencies.issuer.issue(subject);
  const granted = { accessToken, expiresIn: dependencies.issuer.ttlSeconds, subject };
  if (grant.kind === 'client') return granted;
  const refreshToken = dependencies.secrets.generate();
  const expiresAt = new Date(dependencies.clock.now() + REFRESH_MS).toISOString();
  await dependencies.subjects.saveRefreshToken(
    dependencies.secrets.digest(refreshToken),
    subject.id,
    expiresAt,
  );
  return { ...granted, refreshToken };
}

async function identify(
  dependencies: TokenDependencies,
  grant: TokenGrant,
  ahead: boolean,
): Promise<Subject | undefined> {
  if (grant.kind === 'refresh') {
    const now = new Date(dependencies.clock.now()).toISOString();
    const id = await dependencies.subjects.useRefreshToken(
      dependencies.secrets.digest(grant.refreshToken),
      now,
    );
    return id === undefined ? undefined : dependencies.subjects.byId(id);
  }
  const [clientId, secret, kind] =
    grant.kind === 'client'
      ? ([grant.clientId, grant.secret, 'app'] as const)
      : ([foldEmail(grant.username), grant.password, 'user'] as const);
  const subject = await dependencies.subjects.byClientId(kind, clientId);
  return (await dependencies.secrets.verify(secret, subject?.secretHash, ahead)) ? subject : undefined;
}
