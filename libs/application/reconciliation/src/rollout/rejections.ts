import { exponentialMs, maybe } from '@tessera/kernel';
import type { ReplicaPod } from '../model/replica';

/** Delay before a rejected replica is created again, ms; doubled with every further rejection in a row. */
const DELAY = { firstMs: 1_000, maxMs: 300_000 };

/** A replica whose latest pod was rejected by the kubelet of its node. */
export interface RejectedReplica {
  readonly name: string;
  /** Uid of that pod. */
  readonly uid: string;
  readonly node: string;
  /** Reason and message of kubelet. */
  readonly reason: string;
  readonly message?: string;
  /** Consecutive rejections, this one included. */
  readonly count: number;
  /** When it may be created again, ms since the epoch. */
  readonly retryAt: number;
}

/** State about the rejections of one workload between two reconciles, by the name of the replica. */
export interface RejectionRecord {
  readonly revision: number;
  readonly replicas: ReadonlyMap<string, RejectedReplica>;
}

export interface RejectionPlan {
  /** Rejected replicas whose delay has not passed. */
  readonly waiting: ReadonlyMap<string, RejectedReplica>;
  /** True if the earlier rejections were of an older revision: the new one may request less. */
  readonly isRevised: boolean;
  /** Rejections that were not known before. */
  readonly fresh: readonly { readonly pod: ReplicaPod; readonly rejection: RejectedReplica }[];
  /** Of the rejected replicas without a successor, the rejection of the one that waits longest. */
  readonly latest?: RejectedReplica;
  /** Consecutive rejections of a replica, by its name; 0 for one that was not rejected. */
  readonly countOf: (name: string) => number;
  /** When the next delay ends, ms since the epoch. */
  readonly reconcileAt?: number;
}

export interface RejectionOptions {
  /** Generation of the pods to consider. */
  readonly revision: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Finds the replicas that kubelet rejected and how long each of them waits. Only the clock of the caller counts. A new
 * leader finds the pods that still exist, each with the number of rejections before it, and gives them a whole delay
 * again. A rejection is forgotten once its replica has started, or long after its delay. Pure.
 */
export function planRejections(
  before: RejectionRecord | undefined,
  pods: readonly ReplicaPod[],
  { revision, now }: RejectionOptions,
): { readonly plan: RejectionPlan; readonly record: RejectionRecord | undefined } {
  const known = before?.revision === revision ? before.replicas : undefined;
  const replicas = new Map(
    [...(known ?? [])].filter(([, { retryAt }]) => now < retryAt + DELAY.maxMs) as [
      string,
      RejectedReplica,
    ][],
  );
  const fresh: { pod: ReplicaPod; rejection: RejectedReplica }[] = [];
  for (const pod of pods) {
    if (pod.generation !== revision) continue;
    if (pod.rejected !== true) {
      if (pod.startedAt !== undefined || pod.ready) replicas.delete(pod.name);
      continue;
    }
    const earlier = known?.get(pod.name);
    // Also where the rejection itself has been forgotten: its pod stays until there is a place for its successor.
    if (earlier?.uid === pod.uid) replicas.set(pod.name, earlier);
    else {
      const rejection = rejectionOf(pod, Math.max(earlier?.count ?? 0, pod.rejections ?? 0) + 1, now);
      replicas.set(pod.name, rejection);
      fresh.push({ pod, rejection });
    }
  }
  const waiting = new Map([...replicas].filter(([, { retryAt }]) => retryAt > now));
  const exists = new Set(
    pods.filter(({ rejected, terminating }) => rejected !== true && !terminating).map(({ name }) => name),
  );
  const latest = [...replicas.values()]
    .filter(({ name }) => !exists.has(name))
    .sort((a, b) => b.retryAt - a.retryAt)[0];
  const times = [...waiting.values()].map(({ retryAt }) => retryAt);
  return {
    plan: {
      waiting,
      isRevised: before !== undefined && known === undefined,
      fresh,
      countOf: (name) => replicas.get(name)?.count ?? 0,
      ...maybe('latest', latest),
      ...(times.length === 0 ? {} : { reconcileAt: Math.min(...times) }),
    },
    record: replicas.size === 0 ? undefined : { revision, replicas },
  };
}

function rejectionOf(pod: ReplicaPod, count: number, now: number): RejectedReplica {
  return {
    name: pod.name,
    uid: pod.uid,
    node: pod.nodeName ?? '',
    reason: pod.reason ?? 'Rejected',
    ...maybe('message', pod.message),
    count,
    retryAt: now + exponentialMs(count, DELAY),
  };
}

/** Caches the rejections of all workloads. */
export class RejectionWatch {
  private readonly records = new Map<string, RejectionRecord>();

  plan(workloadId: string, pods: readonly ReplicaPod[], options: RejectionOptions): RejectionPlan {
    const { plan, record } = planRejections(this.records.get(workloadId), pods, options);
    if (record === undefined) this.records.delete(workloadId);
    else this.records.set(workloadId, record);
    return plan;
  }

  forget(workloadId: string): void {
    this.records.delete(workloadId);
  }
}
