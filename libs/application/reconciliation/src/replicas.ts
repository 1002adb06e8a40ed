import type { Decision, Placement, ReplicaRequest, Verdict } from '@tessera/domain-placement';
import { hasEnded, type RealisedWorkload, type ReplicaPod } from './model';
import { replicaName } from './names';
import type { NewReplica } from './ports';
import { replicaRequest } from './request';

/** What has to happen so that a workload has the replicas it wants. Plain data: it can be printed, tested, applied twice. */
export interface ReplicaPlan {
  readonly create: readonly NewReplica[];
  readonly remove: readonly ReplicaPod[];
  /** The first replica that fits nowhere, why, and how many replicas stay without a place with it. */
  readonly unschedulable?: {
    readonly ordinal: number;
    readonly verdict: Verdict;
    readonly unplaced: number;
  };
}

/** Asks placement for one replica; a placement that is given is counted from then on. */
export type Place = (request: ReplicaRequest) => Decision;

/**
 * Compares the replicas wanted with the pods there are. A pod of an older generation, one beyond the wanted number and one
 * that ended is removed; its name is free again only once it has disappeared, so its successor waits for that.
 */
export function planReplicas(
  target: RealisedWorkload,
  pods: readonly ReplicaPod[],
  place: Place,
): ReplicaPlan {
  const { workload } = target;
  const wanted = desiredReplicas(target);
  const taken = new Set(pods.map((pod) => pod.name));
  const remove = pods.filter(
    (pod) =>
      !pod.terminating && (pod.ordinal >= wanted || pod.generation !== workload.generation || hasEnded(pod)),
  );
  const create: { ordinal: number; name: string; placement: Placement }[] = [];
  const missing = Array.from({ length: wanted }, (_, ordinal) => ({
    ordinal,
    name: replicaName(
      { id: workload.ref.workloadId, name: workload.ref.name, generation: workload.generation },
      ordinal,
    ),
  })).filter(({ name }) => !taken.has(name));
  for (const { ordinal, name } of missing) {
    const decision = place(replicaRequest(target, name));
    if (decision.outcome === 'unschedulable') {
      const unplaced = missing.length - create.length;
      return { create, remove, unschedulable: { ordinal, verdict: decision.verdict, unplaced } };
    }
    create.push({ ordinal, name, placement: decision.placement });
  }
  return { create, remove };
}

/** How many replicas a workload wants now: none once it is to disappear. */
export const desiredReplicas = ({ workload, intent }: RealisedWorkload): number =>
  workload.removed ? 0 : intent.scaling.initialReplicas;
