import { createHash } from 'node:crypto';
import {
  foldEmail,
  grantToken,
  type Caller,
  type GrantedToken,
  type TokenGrant,
  type TokenDependencies,
} from '@tessera/application-control-plane';
import type { AuditTrail } from './audit-trail';
import type { LoginLimits } from './login-limits';

const LONGEST_KEPT = 128;

/** The outcome of a login; `failed` says nothing about the credentials. */
export type LoginOutcome = 'granted' | 'refused' | 'limited' | 'failed';

export interface LoginDependencies {
  readonly controlPlane: TokenDependencies;
  readonly limits: LoginLimits;
  readonly audit: Pick<AuditTrail, 'record'>;
  readonly onLogin: (outcome: LoginOutcome) => void;
}

/** The name under which a token request is limited. */
const nameOf = (grant: TokenGrant): string | undefined => {
  if (grant.kind === 'refresh') return undefined;
  return grant.kind === 'client' ? grant.clientId : foldEmail(grant.username);
};

/** Names are stored while they are limited, so the stored key is small whatever was sent. */
const short = (name: string): string =>
  name.length <= LONGEST_KEPT ? name : createHash('sha256').update(name).digest('base64url');

/**
 * Issues tokens within the login limits; undefined when the credentials are invalid. Throws 429 before any lookup where
 * the address or the client has to wait, and {@link SecretsBusyError} when too many secrets are being checked. Every
 * login is in the audit log, granted or not.
 */
export class Logins {
  constructor(private readonly dependencies: LoginDependencies) {}

  async login(operation: string, caller: Caller, grant: TokenGrant): Promise<GrantedToken | undefined> {
    const { controlPlane, limits, audit, onLogin } = this.dependencies;
    const name = nameOf(grant);
    const target = (name ?? 'refresh token').slice(0, 200).replaceAll(/[\p{Surrogate}\0]/gu, '');
    const entry = { at: new Date(controlPlane.clock.now()).toISOString(), caller, operation, target };
    let outcome: LoginOutcome = 'limited';
    try {
      const admitted = limits.admit({
        address: caller.address,
        name: name && short(`${grant.kind} ${name}`),
      });
      outcome = 'failed';
      try {
        const granted = await grantToken(controlPlane, grant, admitted.known);
        outcome = granted === undefined ? 'refused' : 'granted';
        if (granted === undefined) admitted.failed();
        else admitted.succeeded();
        await audit.record({
          ...entry,
          ...(granted && { caller: named(caller, granted) }),
          status: STATUS[outcome],
        });
        return granted;
      } finally {
        admitted.done();
      }
    } catch (error) {
      await audit.record({ ...entry, status: STATUS[outcome] });
      throw error;
    } finally {
      onLogin(outcome);
    }
  }
}

/** Statuses in the audit log; the response is 400 where the API defines it so. */
const STATUS: Readonly<Record<LoginOutcome, number>> = {
  granted: 200,
  refused: 401,
  limited: 429,
  failed: 503,
};

const named = (caller: Caller, { subject }: GrantedToken): Caller => ({
  ...caller,
  subjectId: subject.id,
  name: subject.name,
});
