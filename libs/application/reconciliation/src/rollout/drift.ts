import type { WorkloadState } from '@tessera/contracts-events';
import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { ReplicaPod } from '../model/workload';
import { isToldImage } from '../status/reported-pods';

/** A node that does not answer or has gone. */
export interface LostNode {
  readonly node: string;
  /** Start of the loss, ms. */
  readonly since: number;
  readonly gone: boolean;
}

/**
 * A reconcile takes a third of a millisecond; with this interval full resyncs use a thirtieth of a core, however many
 * workloads there are.
 */
const RESYNC_MS_PER_WORKLOAD = 10;

/** Interval between full resyncs, ms: at least `leastMs`. */
export const resyncPauseMs = (leastMs: number, workloads: number): number =>
  Math.max(leastMs, workloads * RESYNC_MS_PER_WORKLOAD);

export interface LostReplicas {
  /** Replicas whose node has been lost for longer than tolerated; they are deleted without waiting for the node. */
  readonly lost: readonly ReplicaPod[];
  /** When the next replica becomes overdue, ms. */
  readonly reconcileAt?: number;
}

/** The replicas whose node has been lost for at least `toleratedMs`. */
export function lostReplicas(
  pods: readonly ReplicaPod[],
  lostNode: (node: string) => LostNode | undefined,
  now: number,
  toleratedMs = 60_000,
): LostReplicas {
  const lost: ReplicaPod[] = [];
  const times: number[] = [];
  for (const pod of pods) {
    const node = pod.nodeName === undefined ? undefined : lostNode(pod.nodeName);
    if (node === undefined) continue;
    if (node.since + toleratedMs <= now) lost.push(pod);
    else times.push(node.since + toleratedMs);
  }
  return times.length === 0 ? { lost } : { lost, reconcileAt: Math.min(...times) };
}

/** The replica as it counts: on a lost node it does not serve, whatever it reported last. */
export function onItsNode(pod: ReplicaPod, lostNode: (node: string) => LostNode | undefined): ReplicaPod {
  const node = pod.nodeName === undefined ? undefined : lostNode(pod.nodeName);
  if (node === undefined) return pod;
  const since = new Date(node.since).toISOString();
  const message = node.gone
    ? `the node ${node.node} has been gone since ${since}`
    : `the node ${node.node} has not been ready since ${since}`;
  return { ...pod, ready: false, reason: 'NodeLost', message };
}

/**
 * True if the image or the devices of a pod were changed after its creation. Such a pod is replaced. The comparison
 * uses the reported pod, so that changes of an admission webhook at creation do not count.
 */
export function wasEdited(pod: ReplicaPod, reported: WorkloadState['pods']): boolean {
  if (pod.allocation === undefined || pod.allocation.node !== pod.nodeName) return true;
  const before = reported.find(({ id }) => id === pod.uid);
  if (before === undefined) return false;
  return (
    !isToldImage(before.image, pod.image) ||
    (before.allocation !== undefined && held(before.allocation) !== held(pod.allocation))
  );
}

/** The shares of an allocation as text; the devices behind them are reported later and do not count. */
const held = ({ kind, devices }: GpuAllocation): string =>
  JSON.stringify([
    kind,
    devices.map(({ slot, milliGpu, memoryMiB, mig }) => [
      slot,
      milliGpu,
      memoryMiB,
      mig?.profile,
      mig?.start,
    ]),
  ]);
