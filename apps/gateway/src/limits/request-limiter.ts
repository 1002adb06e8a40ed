import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpError, TrustedProxies } from '@tessera/platform-http';
import type { Caller } from '../access/caller';
import type { GatewayMetrics } from '../metrics';
import { answerError, CLIENT_LEFT } from '../proxy/answers';
import { callerTimeMs } from '../grpc/call';
import type { Workload } from '../routing/workload';
import { requesterOf } from './requester';
import { beginDeadline } from './deadline';
import type { KnownLimits } from './known-limits';
import type { ExceededLimit, Ledger } from './ledger';
import { gatewayFull, limitExceeded } from './limited';
import type { OpenRequests } from './open-requests';
import { RequestPermit } from './request-permit';

export interface RequestLimiterOptions {
  readonly open: OpenRequests;
  readonly ledger: Ledger;
  readonly known: KnownLimits;
  readonly metrics: GatewayMetrics;
  /** Proxies whose `x-forwarded-for` is trusted. */
  readonly trusted: TrustedProxies;
  /** Time limit of requests to workloads that set none, ms; undefined for no limit. */
  readonly requestMs: number | undefined;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

/** Applies the limits to a request, after its workload is known and before it waits for a replica. */
export class RequestLimiter {
  constructor(private readonly options: RequestLimiterOptions) {}

  /**
   * The permit of a request within its limits; its deadline counts from `startedAt` (default: now). Undefined where a
   * limit is used up, which the response then says, or where the client has disconnected. A `quiet` request counts
   * against no limit.
   */
  acquire(
    request: IncomingMessage,
    response: ServerResponse,
    { workload, caller }: { readonly workload: Workload; readonly caller: Caller | undefined },
    quiet = false,
    startedAt?: number,
  ): RequestPermit | undefined {
    const { open, ledger, known, trusted, requestMs, now, metrics } = this.options;
    // A closed response emits `close` no more, so the permit would never be released. The response to a pipelined
    // request is not closed with its connection, so the socket is checked too.
    if (response.destroyed || request.socket.destroyed)
      return void metrics.refused(workload, CLIENT_LEFT, 'left');
    const requester = requesterOf(request, caller, trusted);
    if (!open.enter(requester.caller)) return this.refuse(gatewayFull(), workload, response);
    const scopes = quiet ? [] : known.of(workload, caller);
    const at = now();
    const taken = scopes.length === 0 ? { limits: [], at } : ledger.take(scopes, at);
    if (!('limits' in taken)) {
      open.leave(requester.caller);
      return this.exceeded(taken, workload, response);
    }
    const permit = new RequestPermit({
      requester,
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
    response.once('close', () => permit.release());
    return permit;
  }

  /**
   * Reserves the tokens that the request is expected to use; responds with an error and returns false where too few are
   * left.
   */
  takeTokens(permit: RequestPermit, tokens: number, workload: Workload, response: ServerResponse): boolean {
    const excess = permit.takeTokens(tokens);
    if (excess !== undefined) {
      permit.setHeaders(response);
      this.exceeded(excess, workload, response);
    }
    return excess === undefined;
  }

  private exceeded(excess: ExceededLimit, workload: Workload, response: ServerResponse): undefined {
    this.options.metrics.limited(workload, excess.scope.kind, excess.limit);
    return this.refuse(limitExceeded(excess), workload, response);
  }

  private refuse(error: HttpError, workload: Workload, response: ServerResponse): undefined {
    this.options.metrics.refused(workload, error.status, 'limit');
    answerError(response, error);
    return undefined;
  }
}
