import type { Principal } from './access';
import { foldEmail, foreignIdentity, foreignSubjectId, type Issuers } from './identity';
import type { SubjectStore } from './tokens';

/** Dependencies of {@link resolvePrincipal}. */
export interface PrincipalDependencies {
  readonly subjects: Pick<SubjectStore, 'byId' | 'grants'>;
  readonly issuers: Issuers;
  /** Tenant of the subjects of other issuers. */
  readonly tenantId: number;
}

/** The verified claims of a token. */
export interface SubjectClaims {
  readonly iss: string;
  readonly sub: string;
  /** Version of the secret that the token was issued for; tokens without it belong to the first. */
  readonly ver?: number;
  readonly [claim: string]: unknown;
}

/**
 * Why a token has no principal: its subject was deleted, its secret was replaced after the token was issued, or its
 * claims name nobody.
 */
export type NoPrincipal = 'deleted' | 'replaced' | 'malformed';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The principal of a token, with its current permissions. */
export function resolvePrincipal(
  dependencies: PrincipalDependencies,
  claims: SubjectClaims,
): Promise<Principal | NoPrincipal> {
  const isForeign = dependencies.issuers.foreign.some(({ issuer }) => issuer === claims.iss);
  return isForeign ? foreignPrincipal(dependencies, claims) : ownPrincipal(dependencies, claims);
}

async function ownPrincipal(
  { subjects, issuers }: PrincipalDependencies,
  { iss, sub, ver = 1 }: SubjectClaims,
): Promise<Principal | NoPrincipal> {
  const subject = iss === issuers.own && UUID.test(sub) ? await subjects.byId(sub) : undefined;
  if (subject === undefined) return 'deleted';
  const { id, kind, name, tenantId, clientId, secretVersion } = subject;
  if (ver !== secretVersion) return 'replaced';
  const named = { kind, name: kind === 'user' ? foldEmail(clientId) : clientId };
  const grants = await subjects.grants({ kind: 'own', issuer: iss, id, named });
  return { subjectId: id, kind, name, tenantId, grants };
}

/**
 * Subjects of other issuers are identified by `sub` and issuer together, by a verified email, and by their groups. No
 * other issuer's token can act as a subject of the built-in issuer.
 */
async function foreignPrincipal(
  { subjects, issuers, tenantId }: PrincipalDependencies,
  claims: SubjectClaims,
): Promise<Principal | NoPrincipal> {
  const issuer = issuers.foreign.find((one) => one.issuer === claims.iss);
  const identity = issuer && foreignIdentity(claims, issuer, issuers.foreign.length === 1);
  if (identity === undefined) return 'malformed';
  const subjectId = foreignSubjectId(identity);
  const grants = await subjects.grants(identity);
  return { subjectId, kind: 'user', name: identity.email ?? subjectId, tenantId, grants };
}
