import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientAddress, type TrustedProxies } from '@tessera/platform-http';
import type { Caller } from '../access/caller';
import type { Claim } from '../routing/fair-queue';
import type { Workload } from '../routing/workload';
import { beginDeadline, type Deadline } from './deadline';

/** A request that its limits let pass. */
export interface Passage {
  readonly claim: Claim;
  readonly deadline: Deadline | undefined;
}

export interface GateOptions {
  /** Proxies whose `x-forwarded-for` is trusted. */
  readonly trusted: TrustedProxies;
  /** Longest time of a request to a workload that sets none, ms; undefined for no limit. */
  readonly requestMs: number | undefined;
}

/** Stands between the choice of the workload and the wait for a replica. */
export class Gate {
  constructor(private readonly options: GateOptions) {}

  /** A request passes; its time begins. */
  enter(
    request: IncomingMessage,
    response: ServerResponse,
    { workload, caller }: { readonly workload: Workload; readonly caller: Caller | undefined },
  ): Passage {
    return {
      claim: claimOf(request, caller, this.options.trusted),
      deadline: beginDeadline(workload.requestTimeoutMs ?? this.options.requestMs, response),
    };
  }
}

/** Callers without a credential count by their addresses. */
function claimOf(request: IncomingMessage, caller: Caller | undefined, trusted: TrustedProxies): Claim {
  if (caller !== undefined)
    return { caller: `${caller.kind}/${caller.id}`, priority: caller.priority ?? 'normal' };
  const { socket, headers } = request;
  const address = clientAddress(socket.remoteAddress, headers['x-forwarded-for'], trusted);
  return { caller: `address/${address}`, priority: 'normal' };
}
