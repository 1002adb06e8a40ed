import type { Violation } from '@tessera/domain-workload';
import type { AccessRuleRecord } from './access-store';
import type { Subject } from './tokens';

/** A token issuer beside the built-in one. */
export interface ForeignIssuer {
  readonly issuer: string;
  /**
   * Emails in its tokens are trusted although the tokens do not mark them as verified, as the operator has configured.
   */
  readonly emailsTrusted: boolean;
}

/** Issuers whose tokens are accepted. */
export interface Issuers {
  readonly own: string;
  readonly foreign: readonly ForeignIssuer[];
}

/** The names by which access rules can refer to a subject of the built-in issuer. */
export interface OwnIdentity {
  readonly kind: 'own';
  readonly issuer: string;
  readonly id: string;
  /** The email of a user or the client id of an application; rules may use these too. */
  readonly named: { readonly kind: Subject['kind']; readonly name: string };
}

/** The names by which access rules can refer to a subject of another issuer. */
export interface ForeignIdentity {
  readonly kind: 'foreign';
  readonly issuer: string;
  readonly sub: string;
  /** In lower case; absent unless it is known to be the subject's own. */
  readonly email?: string;
  readonly groups: readonly string[];
  /** True if a rule without an issuer means this one, since no other foreign issuer is trusted. */
  readonly only: boolean;
}
export type Identity = OwnIdentity | ForeignIdentity;

/**
 * Normalises an email for comparison. Only ASCII letters are lowercased: characters beyond them that would map to
 * ASCII, such as the Kelvin sign, make another address.
 */
export const foldEmail = (email: string): string => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/** Access rules for users distinguish an email from a `sub` by this. */
export const isEmail = (text: string): boolean => text.includes('@');

/** Longest `sub`, in characters (OpenID Connect Core 1.0 §2), and longest email (RFC 5321 §4.5.3.1.3). */
const MAX_SUB = 255;
const MAX_EMAIL = 254;
/** Further groups of a token are ignored. */
const MAX_GROUPS = 1_000;
const PRINTABLE = /^[^\u0000-\u001f\u007f]+$/;

/** The identity in the verified claims of a foreign issuer; undefined if the `sub` cannot be a name. */
export function foreignIdentity(
  claims: Readonly<Record<string, unknown>>,
  { issuer, emailsTrusted }: ForeignIssuer,
  only: boolean,
): ForeignIdentity | undefined {
  const { sub, email, email_verified: verified, groups } = claims;
  if (typeof sub !== 'string' || sub.length > MAX_SUB || !PRINTABLE.test(sub)) return undefined;
  const counts =
    typeof email === 'string' &&
    isEmail(email) &&
    email.length <= MAX_EMAIL &&
    PRINTABLE.test(email) &&
    (verified === true || (emailsTrusted && verified !== false));
  return {
    kind: 'foreign',
    issuer,
    sub,
    ...(counts ? { email: foldEmail(email) } : {}),
    groups: Array.isArray(groups)
      ? groups
          .slice(0, MAX_GROUPS)
          .filter((group): group is string => typeof group === 'string' && PRINTABLE.test(group))
      : [],
    only,
  };
}

/** One id per person: the same `sub` of two issuers is two people. No issuer name contains a `|`. */
export const foreignSubjectId = ({ issuer, sub }: Pick<ForeignIdentity, 'issuer' | 'sub'>): string =>
  `${issuer}|${sub}`;

type RuleSubject = Pick<AccessRuleRecord, 'subjectId' | 'subjectType' | 'issuer'>;

/**
 * The subject of a new access rule as stored, or what is wrong with it. `isOwn` says whether the id belongs to a
 * subject of the built-in issuer. A rule without an issuer matches the verified email from any issuer; any other name
 * without an issuer identifies one person only while at most one foreign issuer is trusted.
 */
export function ruleSubject(asked: RuleSubject, issuers: Issuers, isOwn: boolean): RuleSubject | Violation {
  const { subjectType, issuer } = asked;
  const known = [issuers.own, ...issuers.foreign.map((one) => one.issuer)];
  if (issuer !== null && !known.includes(issuer))
    return {
      field: 'issuer',
      message: `tokens of ${issuer} are not accepted; the issuers are ${known.join(', ')}`,
    };
  const byEmail = subjectType === 'user' && isEmail(asked.subjectId);
  const subjectId = byEmail ? foldEmail(asked.subjectId) : asked.subjectId;
  // Rules for ids and client ids of the built-in issuer are stored without an issuer, and deleted with their subject.
  if (isOwn || subjectType === 'app') {
    if (issuer === null || issuer === issuers.own) return { subjectId, subjectType, issuer: null };
    if (isOwn)
      return { field: 'issuer', message: 'the subject belongs to the built-in issuer; omit the issuer' };
  }
  if (issuer === null && !byEmail && issuers.foreign.length > 1)
    return {
      field: 'issuer',
      message: `several issuers are trusted; state which one the ${subjectType} belongs to: ${known.slice(1).join(', ')}`,
    };
  return { subjectId, subjectType, issuer };
}
