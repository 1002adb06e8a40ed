import { exponentialMs } from '@tessera/kernel';
import { hasEnded, type ReplicaPod } from '../model/replica';

/** Delay before the start that follows one that took too long, ms; doubled with every further one, as by kubelet. */
const DELAY = { firstMs: 10_000, maxMs: 300_000 };

/** The latest start of a workload took too long, and no replica has become ready since. */
export interface FailedStart {
  readonly reason: 'InitializationTimeout';
  /** For the owner of the workload. */
  readonly message: string;
  readonly limitMs: number;
  /** When the next replica may be created, ms since the epoch. */
  readonly retryAt: number;
}

/** State about the starts of one workload between two reconciles. Plain data. */
export interface StartRecord {
  readonly revision: number;
  /** By uid: when its start was seen first, that it has been ready, or that it took too long. */
  readonly pods: ReadonlyMap<string, number | 'ready' | 'slow'>;
  /** Consecutive starts that took too long. */
  readonly failures: number;
  readonly failed?: FailedStart;
}

export interface StartPlan {
  /** To be deleted: they did not become ready within the limit of a start. */
  readonly slow: readonly ReplicaPod[];
  readonly failed?: FailedStart;
  /** False until the delay after a failed start has passed. */
  readonly mayCreate: boolean;
  /** When the plan changes by itself, ms since the epoch. */
  readonly reconcileAt?: number;
}

export interface StartOptions {
  /** Generation of the pods to consider. */
  readonly revision: number;
  /** Longest time from the creation of a replica until it is ready, ms; undefined for any time. */
  readonly limitMs: number | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Finds the replicas whose start takes longer than `initializationTimeoutSeconds`, the only limit of a start. A replica
 * that was ready once is never one of them. Only the clock of the caller counts, so a new leader gives each start its
 * whole time again. Pure.
 */
export function planStarts(
  before: StartRecord | undefined,
  replicas: readonly ReplicaPod[],
  { revision, limitMs, now }: StartOptions,
): { readonly plan: StartPlan; readonly record: StartRecord | undefined } {
  if (limitMs === undefined) return { plan: { slow: [], mayCreate: true }, record: undefined };
  const known = before?.revision === revision ? before : undefined;
  const pods = new Map<string, number | 'ready' | 'slow'>();
  const slow: ReplicaPod[] = [];
  const deadlines: number[] = [];
  let becameReady = false;
  let hasFailed = false;
  for (const pod of replicas) {
    if (pod.generation !== revision || pod.terminating || hasEnded(pod)) continue;
    const since = known?.pods.get(pod.uid) ?? now;
    if (since === 'ready' || wasReady(pod)) {
      becameReady ||= since !== 'ready';
      pods.set(pod.uid, 'ready');
      continue;
    }
    const isSlow = since === 'slow' || since + limitMs <= now;
    pods.set(pod.uid, isSlow ? 'slow' : since);
    hasFailed ||= isSlow && since !== 'slow';
    if (isSlow) slow.push(pod);
    else deadlines.push(since + limitMs);
  }
  const earlier = becameReady ? undefined : known;
  const failures = (earlier?.failures ?? 0) + (hasFailed ? 1 : 0);
  const failed = hasFailed ? failedStart(slow, failures, limitMs, now) : earlier?.failed;
  const mayCreate = failed === undefined || failed.retryAt <= now;
  if (failed !== undefined && !mayCreate) deadlines.push(failed.retryAt);
  const failure = failed === undefined ? {} : { failed };
  const reconcileAt = deadlines.length === 0 ? {} : { reconcileAt: Math.min(...deadlines) };
  return {
    plan: { slow, mayCreate, ...failure, ...reconcileAt },
    record: { revision, pods, failures, ...failure },
  };
}

/** Caches the starts of all workloads. */
export class StartWatch {
  private readonly records = new Map<string, StartRecord>();

  plan(workloadId: string, replicas: readonly ReplicaPod[], options: StartOptions): StartPlan {
    const { plan, record } = planStarts(this.records.get(workloadId), replicas, options);
    if (record === undefined) this.records.delete(workloadId);
    else this.records.set(workloadId, record);
    return plan;
  }

  /** The latest start of the workload, if it failed and none has succeeded since. */
  failedOf(workloadId: string): FailedStart | undefined {
    return this.records.get(workloadId)?.failed;
  }

  forget(workloadId: string): void {
    this.records.delete(workloadId);
  }
}

/** It is ready, or its readiness changed after its container started, which means that it had been ready. */
const wasReady = ({ ready, startedAt, changedAt }: ReplicaPod): boolean =>
  ready || (startedAt !== undefined && Date.parse(changedAt) > Date.parse(startedAt));

function failedStart(
  slow: readonly ReplicaPod[],
  failures: number,
  limitMs: number,
  now: number,
): FailedStart {
  const [first] = slow;
  const delayMs = exponentialMs(failures, DELAY);
  const why =
    first?.reason === undefined
      ? ''
      : ` (${first.reason}${first.message === undefined ? '' : `: ${first.message}`})`;
  return {
    reason: 'InitializationTimeout',
    message:
      `${first?.name} was not ready within initializationTimeoutSeconds, ${limitMs / 1_000} s${why}; ` +
      `the next start is ${delayMs / 1_000} s after it was stopped`,
    limitMs,
    retryAt: now + delayMs,
  };
}
