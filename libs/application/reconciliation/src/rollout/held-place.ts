import type { WorkloadRef } from '@tessera/contracts-events';
import type { HeldPlace } from '@tessera/contracts-kubernetes';
import { hasEnded, type ReplicaPod } from '../model/replica';
import type { AcceptedWorkload } from '../model/workload';
import type { ReplicaPlan } from './rollout-plan';

/** How long a place is held for a successor that does not fit on it, ms. */
const HELD_MS = 600_000;

/** The place that the end of a replica frees for its successor; undefined where it frees nothing. `at`: RFC 3339. */
export function heldPlace(freedBy: ReplicaPod, replica: string, at: string): HeldPlace | undefined {
  const { name, uid, allocation, cpuMilli, memoryMiB, extended } = freedBy;
  if (allocation === undefined) return undefined;
  return { replica, freedBy: { name, uid }, since: at, allocation, cpuMilli, memoryMiB, extended };
}

/**
 * The replica that stands for a held place among those of its node; undefined while the place is held by a pod: by the
 * one that frees it, or by the successor, assumed or real. `uidOf` returns the uid of a pod of the workload's namespace.
 */
export function holdingReplica(
  { workloadId, projectId, departmentId, namespace }: WorkloadRef,
  { replica, freedBy, since, allocation, cpuMilli, memoryMiB, extended }: HeldPlace,
  uidOf: (name: string) => string | undefined,
): ReplicaPod | undefined {
  if (uidOf(freedBy.name) === freedBy.uid || uidOf(replica) !== undefined) return undefined;
  return {
    uid: '',
    name: holdingName(replica),
    ...{ namespace, workloadId, projectId, departmentId },
    ordinal: 0,
    generation: 0,
    phase: 'Pending',
    ready: false,
    terminating: false,
    nodeName: allocation.node,
    image: '',
    createdAt: since,
    changedAt: since,
    ...{ allocation, cpuMilli, memoryMiB, extended },
  };
}

/** No pod has such a name. */
export const holdingName = (replica: string): string => `${replica} (held)`;

/** True if a workload no longer needs its held place, as of a plan. Pure. */
export function isOver(
  { freedBy, replica, since }: HeldPlace,
  workload: AcceptedWorkload,
  pods: readonly ReplicaPod[],
  plan: ReplicaPlan,
  { mayCreate, now }: { readonly mayCreate: boolean; readonly now: number },
): boolean {
  if (workload.removed || pods.some(({ name, uid }) => name === replica && uid !== '')) return true;
  const freeing = pods.find(({ uid }) => uid === freedBy.uid);
  if (freeing !== undefined && !hasEnded(freeing))
    return !freeing.terminating && plan.way?.freedBy.uid !== freedBy.uid;
  if (plan.create.length > 0 || pods.some(({ uid }) => uid === '')) return false;
  const waits = plan.unschedulable !== undefined || !mayCreate;
  return !waits || Date.parse(since) + HELD_MS <= now;
}
