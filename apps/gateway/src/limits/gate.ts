import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpError, TrustedProxies } from '@tessera/platform-http';
import type { Caller } from '../access/caller';
import type { GatewayMetrics } from '../metrics';
import { answerError, CLIENT_LEFT } from '../proxy/answers';
import { callerTimeMs } from '../grpc/call';
import type { Workload } from '../routing/workload';
import { claimOf } from './claim';
import { beginDeadline } from './deadline';
import type { KnownLimits } from './known-limits';
import type { Excess, Ledger } from './ledger';
import { gatewayFull, limited } from './limited';
import type { OpenRequests } from './open-requests';
import { Passage } from './passage';

export interface GateOptions {
  readonly open: OpenRequests;
  readonly ledger: Ledger;
  readonly known: KnownLimits;
  readonly metrics: GatewayMetrics;
  /** Proxies whose `x-forwarded-for` is trusted. */
  readonly trusted: TrustedProxies;
  /** Longest time of a request to a workload that sets none, ms; undefined for no limit. */
  readonly requestMs: number | undefined;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** Stands between the choice of the workload and the wait for a replica. */
export class Gate {
  constructor(private readonly options: GateOptions) {}

  /**
   * Lets a request pass, whose time began at `startedAt` (default now), or answers it and returns undefined: one of its
   * limits is used up, or its client has left. A `quiet` one counts against none.
   */
  enter(
    request: IncomingMessage,
    response: ServerResponse,
    { workload, caller }: { readonly workload: Workload; readonly caller: Caller | undefined },
    quiet = false,
    startedAt?: number,
  ): Passage | undefined {
    const { open, ledger, known, trusted, requestMs, now, metrics } = this.options;
    // Its end has been announced already: nobody would hear that it is over.
    // The response to one behind others does not hear that the connection has ended.
    if (response.destroyed || request.socket.destroyed)
      return void metrics.refused(workload, CLIENT_LEFT, 'left');
    const claim = claimOf(request, caller, trusted);
    if (!open.enter(claim.caller)) return this.refuse(gatewayFull(), workload, response);
    const scopes = quiet ? [] : known.of(workload, caller);
    const at = now();
    const taken = scopes.length === 0 ? { limits: [], at } : ledger.take(scopes, at);
    if (!('limits' in taken)) {
      open.leave(claim.caller);
      return this.exceeded(taken, workload, response);
    }
    const passage = new Passage({
      claim,
      deadline: beginDeadline(
        workload.requestTimeoutMs ?? requestMs,
        response,
        callerTimeMs(request.headers),
        startedAt === undefined ? 0 : at - startedAt,
      ),
      open,
      ledger,
      taken,
      now,
    });
    response.once('close', () => passage.end());
    return passage;
  }

  /** Takes the tokens that the request is expected to need; answers it and returns false where they are not left. */
  takeTokens(passage: Passage, tokens: number, workload: Workload, response: ServerResponse): boolean {
    const excess = passage.takeTokens(tokens);
    if (excess !== undefined) {
      passage.state(response);
      this.exceeded(excess, workload, response);
    }
    return excess === undefined;
  }

  private exceeded(excess: Excess, workload: Workload, response: ServerResponse): undefined {
    this.options.metrics.limited(workload, excess.scope.kind, excess.limit);
    return this.refuse(limited(excess), workload, response);
  }

  private refuse(error: HttpError, workload: Workload, response: ServerResponse): undefined {
    this.options.metrics.refused(workload, error.status, 'limit');
    answerError(response, error);
    return undefined;
  }
}
