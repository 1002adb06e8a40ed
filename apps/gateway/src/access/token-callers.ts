import { TokenError, type TokenClaims, type TokenVerifier } from '@tessera/adapter-oidc';
import type { FeedSubject } from '@tessera/contracts-internal/gateway';
import { foreignIdentity, foreignSubjectId, type Issuers } from '@tessera/application-control-plane/identity';
import { comparable } from '@tessera/domain-workload/access';
import type { Caller } from './caller';

/** The subjects of the built-in issuer in the last snapshot of the API. */
export interface Subjects {
  /** By id; undefined until the first snapshot. */
  readonly subjects: ReadonlyMap<string, FeedSubject> | undefined;
}

const NO_GROUPS: ReadonlySet<string> = new Set();
const SUBJECT_DELETED = 'Token subject does not exist any more.';
const SECRET_REPLACED = 'Token was issued for a secret that has been replaced.';

/** Finds the callers of tokens. The gateway accepts the same tokens as the API. */
export class TokenCallers {
  constructor(
    private readonly verifier: TokenVerifier,
    private readonly issuers: Issuers,
    private readonly known: Subjects,
  ) {}

  /**
   * Throws `TokenError` for an invalid token, and `KeysUnavailableError` while the issuer's keys cannot be fetched to
   * verify it.
   */
  async callerOf(token: string): Promise<Caller> {
    const claims = await this.verifier.verify(token);
    return claims.iss === this.issuers.own ? this.own(claims) : this.foreign(claims);
  }

  /** Until the first snapshot, the claims of the token are trusted for its subject. */
  private own(claims: TokenClaims): Caller {
    const { subjects } = this.known;
    const subject = subjects === undefined ? subjectIn(claims) : subjects.get(claims.sub);
    if (subject === undefined) throw new TokenError(SUBJECT_DELETED);
    if (subject.secretVersion !== (claims.ver ?? 1)) throw new TokenError(SECRET_REPLACED);
    const { id, kind, name } = subject;
    return {
      kind,
      id,
      name,
      rights: { names: { users: new Set([id, comparable(name)]), groups: NO_GROUPS } },
    };
  }

  /** A group also matches by its plain name where only one other issuer is trusted: its origin is then unambiguous. */
  private foreign(claims: TokenClaims): Caller {
    const { foreign } = this.issuers;
    const issuer = foreign.find((one) => one.issuer === claims.iss);
    const identity = issuer && foreignIdentity(claims, issuer, foreign.length === 1);
    if (identity === undefined) throw new TokenError('Token is malformed.');
    const id = foreignSubjectId(identity);
    // A name with a bar could be mistaken for `<issuer>|<sub>` of another issuer.
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
