import type { IncomingHttpHeaders } from 'node:http';
import { KeysUnavailableError, TokenError } from '@tessera/adapter-oidc';
import type { HttpError } from '@tessera/platform-http';
import { credentialsUnchecked, credentialWanted, unknownWorkload } from '../proxy/answers';
import type { Workload } from '../routing/workload';
import { opens, type Caller, type Guarded } from './caller';
import { credentialOf, type Credential } from './credential';
import type { TokenCallers } from './token-callers';

/** Serving keys as last heard. */
export interface Keys {
  /** Undefined for a key that is unknown, revoked or expired; `unheard` as long as no keys were heard. */
  callerOf(key: string): Caller | 'unheard' | undefined;
}

/** Whether a request may pass, and whose it is. */
export type Verdict =
  { readonly refused: HttpError } | { readonly refused?: undefined; readonly caller: Caller | undefined };

type Identified = Caller | 'invalid' | 'unchecked';
/** Who makes a request, as far as its credential shows. */
export type Visitor = Identified | 'anonymous';

const ANONYMOUS: Verdict = { caller: undefined };

/**
 * Decides who may call which workload. Without an accepted credential, an unknown name gets the answer of a protected
 * one, and with one that of a forbidden one, so that nobody learns what exists. Nothing here wakes a workload.
 */
export class Doorkeeper {
  constructor(
    private readonly tokens: Pick<TokenCallers, 'of'>,
    private readonly keys: Keys,
  ) {}

  /** `published`: the request came by the listener for callers outside of the cluster. */
  judge(
    workload: Guarded | undefined,
    headers: IncomingHttpHeaders,
    published: boolean,
  ): Verdict | Promise<Verdict> {
    const hidden = published && workload?.isPublished === false;
    const served = hidden ? undefined : workload;
    const credential = credentialOf(headers);
    if (credential === undefined)
      return served?.access === 'public' ? ANONYMOUS : { refused: credentialWanted() };
    if (credential.kind === 'key') return verdict(served, this.byKey(credential));
    return this.byToken(credential).then((identified) => verdict(served, identified));
  }

  /** Whose request it is, for a choice among several workloads by {@link Doorkeeper.admits}. */
  identify(headers: IncomingHttpHeaders): Visitor | Promise<Visitor> {
    const credential = credentialOf(headers);
    if (credential === undefined) return 'anonymous';
    return credential.kind === 'key' ? this.byKey(credential) : this.byToken(credential);
  }

  /** Whether the visitor may call the workload: the same rules as for a request that names it. */
  admits(visitor: Visitor, workload: Workload, published: boolean): boolean {
    if (published && !workload.isPublished) return false;
    return typeof visitor === 'string' ? workload.access === 'public' : opens(visitor, workload);
  }

  /** Why a visitor learns nothing of workloads that are not public; undefined where its credential is accepted. */
  objection(visitor: Visitor): HttpError | undefined {
    if (typeof visitor !== 'string') return undefined;
    return visitor === 'unchecked' ? credentialsUnchecked() : credentialWanted();
  }

  private byKey({ text }: Credential): Identified {
    const caller = this.keys.callerOf(text);
    return caller === 'unheard' ? 'unchecked' : (caller ?? 'invalid');
  }

  private async byToken({ text }: Credential): Promise<Identified> {
    try {
      return await this.tokens.of(text);
    } catch (error) {
      if (error instanceof TokenError) return 'invalid';
      if (error instanceof KeysUnavailableError) return 'unchecked';
      throw error;
    }
  }
}

/** A public workload may have keys of its own, so a credential that is none of ours is no reason to refuse a request. */
function verdict(workload: Guarded | undefined, identified: Identified): Verdict {
  if (typeof identified !== 'string')
    return workload !== undefined && opens(identified, workload)
      ? { caller: identified }
      : { refused: unknownWorkload() };
  if (workload?.access === 'public') return ANONYMOUS;
  return { refused: identified === 'invalid' ? credentialWanted() : credentialsUnchecked() };
}
