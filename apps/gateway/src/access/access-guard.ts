import type { IncomingHttpHeaders } from 'node:http';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import type { HttpError } from '@tessera/platform-http';
import { credentialRequired, credentialsUnverifiable, unknownWorkload } from '../proxy/answers';
import type { Workload } from '../routing/workload';
import { grantsAccess, type Caller, type GuardedWorkload } from './caller';
import { credentialOf, type Credential } from './credential';
import type { TokenCallers } from './token-callers';

/** The serving keys in the last snapshot of the API. */
export interface ServingKeys {
  /** Undefined for a key that is unknown, revoked or expired; `not-loaded` until the first snapshot. */
  callerOf(key: string): Caller | 'not-loaded' | undefined;
}

/** Whether a request is allowed, and who makes it; `caller` is undefined for an anonymous request. */
export type AccessDecision =
  { readonly denied: HttpError } | { readonly denied?: undefined; readonly caller: Caller | undefined };

/** `unverifiable`: what is needed to verify the credential is not available now. */
type VerifiedCredential = Caller | 'invalid' | 'unverifiable';
/** The result of authenticating a request. */
export type Identity = VerifiedCredential | 'anonymous';

const ALLOWED_ANONYMOUSLY: AccessDecision = { caller: undefined };

/**
 * Authenticates requests and decides which workloads their callers may call. Without a valid credential, an unknown
 * name gets the response of a protected workload; with one, that of a forbidden workload. So no caller can find out
 * which workloads exist. A denied request does not wake a workload.
 */
export class AccessGuard {
  constructor(
    private readonly tokens: Pick<TokenCallers, 'callerOf'>,
    private readonly keys: ServingKeys,
  ) {}

  /** `published`: the request came through the listener for callers outside the cluster. */
  authorize(
    workload: GuardedWorkload | undefined,
    headers: IncomingHttpHeaders,
    published: boolean,
  ): AccessDecision | Promise<AccessDecision> {
    const hidden = published && workload?.isPublished === false;
    const served = hidden ? undefined : workload;
    const credential = credentialOf(headers);
    if (credential === undefined)
      return served?.access === 'public' ? ALLOWED_ANONYMOUSLY : { denied: credentialRequired() };
    if (credential.kind === 'key') return decide(served, this.verifyKey(credential));
    return this.verifyToken(credential).then((verified) => decide(served, verified));
  }

  /** Who makes the request, where it names no workload; {@link AccessGuard.allows} then selects the workloads. */
  authenticate(headers: IncomingHttpHeaders): Identity | Promise<Identity> {
    const credential = credentialOf(headers);
    if (credential === undefined) return 'anonymous';
    return credential.kind === 'key' ? this.verifyKey(credential) : this.verifyToken(credential);
  }

  /** Whether the caller may call the workload, by the same rules as {@link AccessGuard.authorize}. */
  allows(identity: Identity, workload: Workload, published: boolean): boolean {
    if (published && !workload.isPublished) return false;
    return typeof identity === 'string' ? workload.access === 'public' : grantsAccess(identity, workload);
  }

  /** The error for a request without a valid credential that reaches no public workload; else undefined. */
  denialFor(identity: Identity): HttpError | undefined {
    if (typeof identity !== 'string') return undefined;
    return identity === 'unverifiable' ? credentialsUnverifiable() : credentialRequired();
  }

  private verifyKey({ text }: Credential): VerifiedCredential {
    const caller = this.keys.callerOf(text);
    return caller === 'not-loaded' ? 'unverifiable' : (caller ?? 'invalid');
  }

  private async verifyToken({ text }: Credential): Promise<VerifiedCredential> {
    try {
      return await this.tokens.callerOf(text);
    } catch (error) {
      if (error instanceof TokenError) return 'invalid';
      if (error instanceof KeysUnavailableError) return 'unverifiable';
      throw error;
    }
  }
}

/** A public workload may check credentials of its own, so one that the platform does not know denies nothing there. */
function decide(workload: GuardedWorkload | undefined, verified: VerifiedCredential): AccessDecision {
  if (typeof verified !== 'string')
    return workload !== undefined && grantsAccess(verified, workload)
      ? { caller: verified }
      : { denied: unknownWorkload() };
  if (workload?.access === 'public') return ALLOWED_ANONYMOUSLY;
  return { denied: verified === 'invalid' ? credentialRequired() : credentialsUnverifiable() };
}
