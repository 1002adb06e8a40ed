import type { TokenClaims } from '@tessera/adapter-oidc';
import { TokenError } from '@tessera/adapter-oidc';
import type { Principal, SubjectStore } from '@tessera/application-submission';

/** How long what somebody may do is remembered, ms: a changed access rule acts after this time at the latest. */
const REMEMBERED_MS = 2_000;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Who is behind a token, with the rights of this moment. */
export class Principals {
  private readonly known = new Map<string, { readonly principal: Principal; readonly until: number }>();

  constructor(
    private readonly subjects: SubjectStore,
    private readonly builtInIssuer: string,
    private readonly tenantId: number,
    private readonly now: () => number = Date.now,
  ) {}

  /** Throws {@link TokenError} when the built-in issuer's subject is gone. */
  async of(claims: TokenClaims): Promise<Principal> {
    const key = JSON.stringify([
      claims.iss,
      claims.sub,
      claims.email,
      claims['email_verified'],
      claims['groups'],
    ]);
    const known = this.known.get(key);
    if (known !== undefined && known.until > this.now()) return known.principal;
    const principal = await (claims.iss === this.builtInIssuer ? this.own(claims) : this.foreign(claims));
    if (this.known.size > 10_000) this.known.clear();
    this.known.set(key, { principal, until: this.now() + REMEMBERED_MS });
    return principal;
  }

  /** To be called after a change of access rules or subjects. */
  forget(): void {
    this.known.clear();
  }

  private async own({ sub }: TokenClaims): Promise<Principal> {
    const subject = await this.subjects.byId(sub);
    if (subject === undefined) throw new TokenError('Token subject does not exist any more.');
    const { id, kind, name, tenantId, clientId } = subject;
    const grants = await this.subjects.grants({ id, named: { kind, name: clientId }, groups: [] });
    return { subjectId: id, kind, name, tenantId, grants };
  }

  /**
   * Subjects of other issuers are known by their email, unless it is said to be unverified, or by `sub`, and by their
   * groups. Nobody else's token speaks for a subject of the built-in issuer.
   */
  private async foreign(claims: TokenClaims): Promise<Principal> {
    const { email, email_verified: verified, groups } = claims;
    const id = typeof email === 'string' && verified !== false ? email : claims.sub;
    const names = Array.isArray(groups)
      ? groups.filter((group): group is string => typeof group === 'string')
      : [];
    const isOurs = UUID.test(id) && (await this.subjects.byId(id)) !== undefined;
    return {
      subjectId: id,
      kind: 'user',
      name: id,
      tenantId: this.tenantId,
      grants: isOurs ? [] : await this.subjects.grants({ id, groups: names }),
    };
  }
}
