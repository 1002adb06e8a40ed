import type { TokenClaims } from '@tessera/adapter-oidc';
import { TokenError } from '@tessera/adapter-oidc';
import type { Principal, SubjectStore } from '@tessera/application-submission';

/** How long what somebody may do is remembered, ms: a changed access rule acts after this time at the latest. */
const REMEMBERED_MS = 2_000;

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
    const key = `${claims.iss} ${claims.sub}`;
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
    const { id, kind, name, tenantId } = subject;
    return { subjectId: id, kind, name, tenantId, grants: await this.subjects.grants(id) };
  }

  /** Subjects of other issuers are known by their email, or by `sub` where they have none. */
  private async foreign(claims: TokenClaims): Promise<Principal> {
    const id = typeof claims.email === 'string' ? claims.email : claims.sub;
    return {
      subjectId: id,
      kind: 'user',
      name: id,
      tenantId: this.tenantId,
      grants: await this.subjects.grants(id),
    };
  }
}
