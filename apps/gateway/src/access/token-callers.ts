import { TokenError, type TokenClaims, type TokenVerifier } from '@tessera/adapter-oidc';
import type { FeedSubject } from '@tessera/contracts-internal/gateway';
import { foreignIdentity, foreignSubjectId, type Issuers } from '@tessera/application-control-plane/identity';
import { comparable } from '@tessera/domain-workload/access';
import type { Caller } from './caller';

/** The subjects of the built-in issuer as last heard. */
export interface Subjects {
  /** Undefined as long as none were heard. */
  readonly subjects: ReadonlyMap<string, FeedSubject> | undefined;
}

const NO_GROUPS: ReadonlySet<string> = new Set();
const GONE = 'Token subject does not exist any more.';
const REPLACED = 'Token was issued for a secret that has been replaced.';

/** The callers behind tokens that the API accepts too. */
export class TokenCallers {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly issuers: Issuers,
    private readonly known: Subjects,
  ) {}

  /** Throws `TokenError` for a token that is not accepted, and `KeysUnavailableError` where that is not known. */
  async of(token: string): Promise<Caller> {
    const claims = await this.verifier.verify(token);
    return claims.iss === this.issuers.own ? this.own(claims) : this.foreign(claims);
  }

  /** Until the subjects were heard, what the token says of its subject counts. */
  private own(claims: TokenClaims): Caller {
    const { subjects } = this.known;
    const subject = subjects === undefined ? subjectIn(claims) : subjects.get(claims.sub);
    if (subject === undefined) throw new TokenError(GONE);
    if (subject.secretVersion !== (claims.ver ?? 1)) throw new TokenError(REPLACED);
    const { id, kind, name } = subject;
    return {
      kind,
      id,
      name,
      rights: { names: { users: new Set([id, comparable(name)]), groups: NO_GROUPS } },
    };
  }

  /** A group counts by its plain name where only one other issuer is trusted, so that it can be of no other. */
  private foreign(claims: TokenClaims): Caller {
    const { foreign } = this.issuers;
    const issuer = foreign.find((one) => one.issuer === claims.iss);
    const identity = issuer && foreignIdentity(claims, issuer, foreign.length === 1);
    if (identity === undefined) throw new TokenError('Token is malformed.');
    const id = foreignSubjectId(identity);
    // A name with a bar could be read as that of another issuer's subject.
    const email = identity.email?.includes('|') === true ? undefined : identity.email;
    const groups = identity.groups.flatMap((group) => [
      ...(identity.only && !group.includes('|') ? [group] : []),
      `${identity.issuer}|${group}`,
    ]);
    const names = { users: new Set(email === undefined ? [id] : [id, email]), groups: new Set(groups) };
    return { kind: 'user', id, name: email ?? id, rights: { names } };
  }
}

function subjectIn({ sub, kind, client, ver = 1 }: TokenClaims): FeedSubject | undefined {
  if (typeof client !== 'string' || (kind !== 'user' && kind !== 'app')) return undefined;
  return { id: sub, kind, name: client, secretVersion: ver };
}
