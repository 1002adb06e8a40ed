import type { TokenClaims } from '@tessera/adapter-oidc';
import { REFUSALS, TokenError } from '@tessera/adapter-oidc';
import {
  foldEmail,
  foreignIdentity,
  foreignSubjectId,
  type ForeignIssuer,
  type Issuers,
  type Principal,
  type SubjectStore,
} from '@tessera/application-control-plane';

/** How long permissions are cached, ms: a changed access rule takes effect within this time. */
const CACHE_MS = 2_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Resolves a token to its principal with the current permissions. */
export class Principals {
  private readonly known = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(
    private readonly subjects: SubjectStore,
    private readonly issuers: Issuers,
    private readonly tenantId: number,
    private readonly now: () => number = Date.now,
  ) {}

  /**
   * Throws {@link TokenError} when the built-in issuer's subject no longer exists, or its secret was replaced after the
   * token was issued.
   */
  async of(claims: TokenClaims): Promise<Principal> {
    const key = JSON.stringify([
      claims.iss,
      claims.sub,
      claims.ver,
      claims.email,
      claims['email_verified'],
      claims['groups'],
    ]);
    const known = this.known.get(key);
    if (known !== undefined && known.until > this.now()) return known.principal;
    const foreign = this.issuers.foreign.find(({ issuer }) => issuer === claims.iss);
    const principal = await (foreign === undefined ? this.own(claims) : this.foreign(claims, foreign));
    if (this.known.size > 10_000) this.known.clear();
    this.known.set(key, { principal, until: this.now() + CACHE_MS });
    return principal;
  }

  /** Call this after a change of access rules or subjects. */
  forget(): void {
    this.known.clear();
  }

  private async own({ iss, sub, ver = 1 }: TokenClaims): Promise<Principal> {
    const subject = iss === this.issuers.own && UUID.test(sub) ? await this.subjects.byId(sub) : undefined;
    if (subject === undefined) throw new TokenError('Token subject does not exist any more.');
    const { id, kind, name, tenantId, clientId, secretVersion } = subject;
    if (ver !== secretVersion) throw new TokenError(REFUSALS.replaced);
    const named = { kind, name: kind === 'user' ? foldEmail(clientId) : clientId };
    const grants = await this.subjects.grants({ kind: 'own', issuer: iss, id, named });
    return { subjectId: id, kind, name, tenantId, grants };
  }

  /**
   * Subjects of other issuers are identified by `sub` and issuer together, by a verified email, and by their groups. No
   * other issuer's token can act as a subject of the built-in issuer.
   */
  private async foreign(claims: TokenClaims, issuer: ForeignIssuer): Promise<Principal> {
    const identity = foreignIdentity(claims, issuer, this.issuers.foreign.length === 1);
    if (identity === undefined) throw new TokenError(REFUSALS.malformed);
    const subjectId = foreignSubjectId(identity);
    return {
      subjectId,
      kind: 'user',
      name: identity.email ?? subjectId,
      tenantId: this.tenantId,
      grants: await this.subjects.grants(identity),
    };
  }
}
