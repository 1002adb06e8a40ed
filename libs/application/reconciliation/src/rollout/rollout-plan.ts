import type { Decision, Placement, ReplicaRequest, Verdict } from '@tessera/domain-placement';
import { MAX_REPLICAS } from '@tessera/domain-workload';
import { hasEnded, type CompiledWorkload, type ReplicaPod } from '../model/workload';
import { replicaName } from '../model/names';
import type { NewReplica } from '../ports';
import { replicaRequest } from '../placement/request';
import { wasEdited } from './drift';

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

/** Most replicas that one look places; the next look goes on. Others shall not wait for all of a large workload. */
const AT_ONCE = 100;

/** Asks placement for one replica; a placement that is given is counted from then on. */
export interface Place {
  (request: ReplicaRequest): Decision;
  /** True where the request would be placed if that replica ended. */
  readonly fitsWithout: (request: ReplicaRequest, replica: string) => boolean;
}

/**
 * Compares the replicas wanted with the pods there are. Pods that ended, those that somebody edited and those beyond the
 * wanted number are removed; their names are free again only once they have disappeared, so their successors wait for that. A pod of an older
 * generation goes when one of the new generation is ready in its stead, or, where there is no room beside it, to make
 * room: one at a time, only if that is enough, and, while it serves, only once those that came before it are ready.
 * A plan creates 100 replicas at most. Of a workload that wants more than {@link MAX_REPLICAS} it creates none, and says so.
 */
export function planReplicas(
  target: CompiledWorkload,
  pods: readonly ReplicaPod[],
  place: Place,
): ReplicaPlan {
  const { workload } = target;
  const wanted = desiredReplicas(target);
  const living = pods.filter((pod) => !pod.terminating);
  const edited = new Set(living.filter((pod) => !hasEnded(pod) && wasEdited(pod, workload.state.pods)));
  const older = living.filter(
    (pod) => pod.generation !== workload.generation && !hasEnded(pod) && !edited.has(pod),
  );
  const own = living.filter(
    (pod) => pod.generation === workload.generation || hasEnded(pod) || edited.has(pod),
  );
  const superfluous = own.filter((pod) => pod.ordinal >= wanted || hasEnded(pod) || edited.has(pod));
  const ready = own.filter((pod) => pod.ready && !superfluous.includes(pod)).length;
  const spared = [...older].sort(longestNeeded).slice(0, Math.max(0, wanted - ready));
  const replaced = older.filter((pod) => !spared.includes(pod));
  const remove = [...superfluous, ...replaced];

  const create: { ordinal: number; name: string; placement: Placement }[] = [];
  if (wanted > MAX_REPLICAS) return { create, remove, unschedulable: tooMany(wanted) };
  const missing = missingReplicas(target, pods, wanted);
  for (const { ordinal, name } of missing.slice(0, AT_ONCE)) {
    const request = replicaRequest(target, name);
    const decision = place(request);
    if (decision.outcome === 'unschedulable') {
      const unplaced = missing.length - create.length;
      const unschedulable = { ordinal, verdict: decision.verdict, unplaced };
      const idle = pods.length === living.length && remove.length === 0;
      const settled = create.length === 0 && own.every((pod) => pod.ready);
      const mayGo = (pod: ReplicaPod): boolean => settled || !pod.ready;
      const way = idle
        ? spared.findLast((pod) => mayGo(pod) && place.fitsWithout(request, pod.name))
        : undefined;
      return { create, remove: way === undefined ? remove : [...remove, way], unschedulable };
    }
    create.push({ ordinal, name, placement: decision.placement });
  }
  return { create, remove };
}

/** A number that the API does not accept: an older version did, or somebody else wrote the row. */
function tooMany(wanted: number): NonNullable<ReplicaPlan['unschedulable']> {
  const message = `${wanted} replicas are more than a workload can have; at most ${MAX_REPLICAS} are possible`;
  const suggestions = [`ask for at most ${MAX_REPLICAS} replicas in spec.autoscaling`];
  return {
    ordinal: 0,
    verdict: { nodes: 0, rejected: [], suggestions, message },
    unplaced: MAX_REPLICAS,
  };
}

/** Those that serve first, then by ordinal: the last ones go first. */
const longestNeeded = (a: ReplicaPod, b: ReplicaPod): number =>
  Number(b.ready) - Number(a.ready) || a.ordinal - b.ordinal;

function missingReplicas(target: CompiledWorkload, pods: readonly ReplicaPod[], wanted: number) {
  const { ref, generation } = target.workload;
  const taken = new Set(pods.map((pod) => pod.name));
  return Array.from({ length: wanted }, (_, ordinal) => ({
    ordinal,
    name: replicaName({ id: ref.workloadId, name: ref.name, generation }, ordinal),
  })).filter(({ name }) => !taken.has(name));
}

/** How many replicas a workload wants now: none once it is to disappear. */
export const desiredReplicas = ({ workload, intent }: CompiledWorkload): number =>
  workload.removed ? 0 : intent.scaling.initialReplicas;

/** Why a workload wants that many replicas, and what that was decided from. */
export interface ScaleReason {
  readonly reason: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

export function scaleReason({ workload, intent }: CompiledWorkload): ScaleReason {
  const { minReplicas, maxReplicas, initialReplicas, metric } = intent.scaling;
  if (workload.removed) return REMOVED;
  return {
    reason:
      minReplicas === maxReplicas
        ? 'the spec fixes the number of replicas'
        : `the spec begins with ${initialReplicas} of ${minReplicas} to ${maxReplicas} replicas`,
    inputs: { minReplicas, maxReplicas, initialReplicas, ...(metric === undefined ? {} : { metric }) },
  };
}

export const REMOVED: ScaleReason = { reason: 'the workload is to be deleted', inputs: {} };

/**
 * The pods with those that had ended as they were before this look removed them: how a pod ended is told, also where the
 * cluster has forgotten it by then.
 */
export function withEnded(
  pods: readonly ReplicaPod[],
  removed: readonly ReplicaPod[],
): readonly ReplicaPod[] {
  const ended = removed.filter(hasEnded);
  if (ended.length === 0) return pods;
  return [...pods.filter(({ uid }) => !ended.some((pod) => pod.uid === uid)), ...ended];
}
