import type { ServerResponse } from 'node:http';
import type { Preference } from '../affinity/preference';
import type { Passage } from '../limits/passage';
import type { GatewayMetrics } from '../metrics';
import type { Backend } from '../routing/backend';
import type { Refusal } from '../routing/hold-queue';
import type { Latency } from '../routing/load-meter';
import type { Workload } from '../routing/workload';
import { CLIENT_LEFT, answerError, notServed, whyNotServed } from './answers';
import type { FailureLog } from './failure-log';

export interface AdmissionOptions {
  readonly metrics: GatewayMetrics;
  readonly failureLog: FailureLog;
  /** Longest time a request waits for a replica, ms. */
  readonly holdMs: number;
  /** Paths, without query, that wake no workload and do not keep one awake: probes of health and metrics. */
  readonly quietPaths: ReadonlySet<string>;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
}

export interface AdmitOptions {
  /** It wakes nothing and keeps nothing awake. */
  readonly quiet?: boolean;
  /** Which replica suits it; any does by default. */
  readonly preference?: Preference | undefined;
  /** Longest wait for a replica, ms; that of all requests by default. */
  readonly waitMs?: number | undefined;
  /** Another workload is asked where this one has no place for it: then nothing is answered. */
  readonly yields?: boolean;
}

/** Refusals that concern this workload alone. */
const OTHERS_MAY_SERVE: ReadonlySet<Refusal> = new Set(['timeout', 'full', 'failed', 'gone']);

/** A request that has a place at a replica. */
export interface Admitted {
  readonly workload: Workload;
  readonly backend: Backend;
  readonly preference: Preference | undefined;
  readonly arrivedAt: number;
  /** It waited, and no replica was ready when it came. */
  readonly cold: boolean;
  /** It counts as load of the workload. */
  readonly counted: boolean;
}

/** Decides which replica serves a request, and counts it from its arrival to its end. */
export class Admission {
  private readonly waiting = new WeakSet<ServerResponse>();

  constructor(private readonly options: AdmissionOptions) {}

  /**
   * Gives the request a place at a replica, at once or after a fair wait; writes the error and returns undefined where it
   * gets none. `path` may have a query.
   */
  admit(
    workload: Workload,
    path: string,
    response: ServerResponse,
    passage: Pick<Passage, 'claim' | 'deadline' | 'state'>,
    { quiet = false, waitMs = this.options.holdMs, yields = false, preference }: AdmitOptions = {},
  ): Admitted | undefined | Promise<Admitted | undefined> {
    const arrivedAt = this.options.now();
    const counted = !quiet && !this.options.quietPaths.has(path.split('?', 1)[0] ?? path);
    const cold = !workload.hasReady;
    if (counted) workload.load.begin(arrivedAt);
    const backend = workload.acquire([], preference);
    if (backend !== undefined) return { workload, backend, preference, arrivedAt, cold: false, counted };
    if (!counted && cold) return this.refuse(workload, 'asleep', response, passage);
    return this.hold(workload, response, passage, { waitMs, preference }).then((end) => {
      this.options.metrics.held(workload, (this.options.now() - arrivedAt) / 1000);
      if ('backend' in end) return { workload, backend: end.backend, preference, arrivedAt, cold, counted };
      if (counted) workload.load.end(this.options.now());
      const silent = yields && OTHERS_MAY_SERVE.has(end.refused);
      return this.refuse(workload, end.refused, response, passage, silent);
    });
  }

  /** Whether the request of this response waits for a place. */
  isWaiting(response: ServerResponse): boolean {
    return this.waiting.has(response);
  }

  /** The replica began to respond. */
  firstByte({ workload, arrivedAt, cold }: Admitted, backend: Backend): void {
    if (!cold) return;
    const now = this.options.now();
    this.options.metrics.coldStarted(workload, (now - arrivedAt) / 1000);
    if (!backend.isFirstByte()) return;
    const { uid } = backend.replica;
    workload.addColdStart({ uid, heldAt: arrivedAt, readyAt: backend.readyAt ?? now, firstByteAt: now });
  }

  /** The request has ended. `code` is the status sent to the client; absent where it was no request and response. */
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
    { claim, deadline }: Pick<Passage, 'claim' | 'deadline'>,
    { waitMs, preference }: { readonly waitMs: number; readonly preference: Preference | undefined },
  ) {
    const ended = new AbortController();
    const leave = (): void => ended.abort('left');
    const late = (): void => ended.abort('late');
    response.once('close', leave);
    deadline?.over.addEventListener('abort', late);
    // Both may have happened while the body was read or another workload was asked.
    if (deadline?.over.aborted === true) late();
    if (response.destroyed) leave();
    this.waiting.add(response);
    try {
      return await workload.hold(waitMs, ended.signal, claim, preference);
    } finally {
      this.waiting.delete(response);
      deadline?.over.removeEventListener('abort', late);
      response.off('close', leave);
    }
  }

  private refuse(
    workload: Workload,
    why: Refusal | 'asleep',
    response: ServerResponse,
    passage: Pick<Passage, 'deadline' | 'state'>,
    silent = false,
  ): undefined {
    const late = why === 'late' ? passage.deadline?.error : undefined;
    const error = late ?? notServed(why, workload.hasReady, workload.heard);
    this.options.metrics.refused(workload, why === 'left' ? CLIENT_LEFT : error.status, why);
    if (why !== 'left' && why !== 'asleep')
      this.options.failureLog.report(workload, whyNotServed(workload, why));
    if (silent) return undefined;
    passage.state(response);
    answerError(response, error);
    return undefined;
  }
}
