import type { ServerResponse } from 'node:http';
import type { Preference } from '../affinity/preference';
import type { RequestPermit } from '../limits/request-permit';
import type { GatewayMetrics } from '../metrics';
import type { Backend } from '../routing/backend';
import type { HoldFailure } from '../routing/hold-queue';
import type { Latency } from '../routing/load-meter';
import type { Workload } from '../routing/workload';
import { CLIENT_LEFT, answerError, notServed, whyNotServed } from './answers';
import type { FailureLog } from './failure-log';

export interface AdmissionOptions {
  readonly metrics: GatewayMetrics;
  readonly failureLog: FailureLog;
  /** Longest time a request waits for a replica, ms. */
  readonly holdMs: number;
  /**
   * Quiet paths, without query: requests to them neither wake a workload nor keep it awake. For health and metrics
   * probes.
   */
  readonly quietPaths: ReadonlySet<string>;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

export interface AdmitOptions {
  /** The request neither wakes a workload nor keeps it awake. */
  readonly quiet?: boolean;
  /** Which replica suits the request; any by default. */
  readonly preference?: Preference | undefined;
  /** Longest wait for a replica, ms; default {@link AdmissionOptions.holdMs}. */
  readonly waitMs?: number | undefined;
  /** The request has a fallback workload: where this one cannot serve it, no error is written. */
  readonly hasFallback?: boolean;
}

/** Failures that a fallback workload need not have. */
const FALLBACK_MAY_SERVE: ReadonlySet<HoldFailure> = new Set(['timeout', 'full', 'failed', 'gone']);

/** A request that has a slot at a replica. */
export interface Admitted {
  readonly workload: Workload;
  readonly backend: Backend;
  readonly preference: Preference | undefined;
  readonly arrivedAt: number;
  /** The request waited, and no replica was ready when it arrived. */
  readonly cold: boolean;
  /** The request counts as load of the workload. */
  readonly counted: boolean;
}

/** Assigns requests to replicas, and counts each as load of its workload from its arrival to its end. */
export class Admission {
  private readonly waiting = new WeakSet<ServerResponse>();

  constructor(private readonly options: AdmissionOptions) {}

  /**
   * Gives the request a slot at a replica, at once or after its wait in the fair queue. Where it gets none, writes the
   * error, unless there is a fallback, and returns undefined. `path` may have a query.
   */
  admit(
    workload: Workload,
    path: string,
    response: ServerResponse,
    permit: Pick<RequestPermit, 'requester' | 'deadline' | 'setHeaders'>,
    { quiet = false, waitMs = this.options.holdMs, hasFallback = false, preference }: AdmitOptions = {},
  ): Admitted | undefined | Promise<Admitted | undefined> {
    const arrivedAt = this.options.now();
    const counted = !quiet && !this.options.quietPaths.has(path.split('?', 1)[0] ?? path);
    const cold = !workload.hasReady;
    if (counted) workload.load.begin(arrivedAt);
    const backend = workload.acquire([], preference);
    if (backend !== undefined) return { workload, backend, preference, arrivedAt, cold: false, counted };
    if (!counted && cold) return this.refuse(workload, 'asleep', response, permit);
    return this.hold(workload, response, permit, { waitMs, preference }).then((end) => {
      this.options.metrics.held(workload, (this.options.now() - arrivedAt) / 1000);
      if ('backend' in end) return { workload, backend: end.backend, preference, arrivedAt, cold, counted };
      if (counted) workload.load.end(this.options.now());
      const silent = hasFallback && FALLBACK_MAY_SERVE.has(end.refused);
      return this.refuse(workload, end.refused, response, permit, silent);
    });
  }

  /** Whether the request of this response is waiting for a slot. */
  isWaiting(response: ServerResponse): boolean {
    return this.waiting.has(response);
  }

  /** Records that the replica began to respond. */
  firstByte({ workload, arrivedAt, cold }: Admitted, backend: Backend): void {
    if (!cold) return;
    const now = this.options.now();
    this.options.metrics.coldStarted(workload, (now - arrivedAt) / 1000);
    if (!backend.isFirstByte()) return;
    const { uid } = backend.replica;
    workload.addColdStart({ uid, heldAt: arrivedAt, readyAt: backend.readyAt ?? now, firstByteAt: now });
  }

  /** Records that the request has ended. `code`: the status sent to the client; absent for a websocket. */
  finish({ workload, arrivedAt, cold, counted }: Admitted, backend: Backend, code?: number): void {
    if (!counted) return;
    const now = this.options.now();
    const answered = code !== undefined && code < 500 && code !== CLIENT_LEFT;
    const latency: Latency = { ms: now - arrivedAt, cold: cold || backend.isWarming(arrivedAt) };
    workload.load.end(now, answered ? latency : undefined);
  }

  private async hold(
    workload: Workload,
    response: ServerResponse,
    { requester, deadline }: Pick<RequestPermit, 'requester' | 'deadline'>,
    { waitMs, preference }: { readonly waitMs: number; readonly preference: Preference | undefined },
  ) {
    const ended = new AbortController();
    const leave = (): void => ended.abort('left');
    const late = (): void => ended.abort('late');
    response.once('close', leave);
    deadline?.signal.addEventListener('abort', late);
    // Both may have happened before, while the body was read or the first workload of an alias was tried.
    if (deadline?.signal.aborted === true) late();
    if (response.destroyed) leave();
    this.waiting.add(response);
    try {
      return await workload.hold(waitMs, ended.signal, requester, preference);
    } finally {
      this.waiting.delete(response);
      deadline?.signal.removeEventListener('abort', late);
      response.off('close', leave);
    }
  }

  private refuse(
    workload: Workload,
    why: HoldFailure | 'asleep',
    response: ServerResponse,
    permit: Pick<RequestPermit, 'deadline' | 'setHeaders'>,
    silent = false,
  ): undefined {
    const late = why === 'late' ? permit.deadline?.error : undefined;
    const error = late ?? notServed(why, workload.hasReady, workload.obstacle);
    this.options.metrics.refused(workload, why === 'left' ? CLIENT_LEFT : error.status, why);
    if (why !== 'left' && why !== 'asleep')
      this.options.failureLog.report(workload, whyNotServed(workload, why));
    if (silent) return undefined;
    permit.setHeaders(response);
    answerError(response, error);
    return undefined;
  }
}
