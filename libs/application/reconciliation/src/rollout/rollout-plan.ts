import {
  moreSpaceFirst,
  type FreedSpace,
  type ReplicaRequest,
  type Verdict,
} from '@tessera/domain-placement';
import { compare } from '@tessera/kernel';
import { MAX_REPLICAS } from '@tessera/domain-workload';
import { replicaName } from '../model/names';
import type { ClaimState } from '../model/cluster';
import { hasEnded, type ReplicaPod } from '../model/replica';
import { revisionOf, type CompiledWorkload } from '../model/workload';
import type { Placer } from '../placement/placer';
import { replicaRequest } from '../placement/request';
import { volumeReach } from '../placement/volume-reach';
import type { NewReplica } from '../ports';
import { wasEdited } from './drift';
import type { RejectionPlan } from './rejections';

/** Steps that give a workload its desired replicas. Plain data: it can be printed, tested and applied twice. */
export interface ReplicaPlan {
  readonly create: readonly NewReplica[];
  readonly remove: readonly ReplicaPod[];
  /** A replica of `remove` whose end frees the place for its successor, the replica of this name. */
  readonly way?: { readonly freedBy: ReplicaPod; readonly replica: string };
  /**
   * The first replica that fits on no node, the reason, and the number of replicas without a place, itself included.
   */
  readonly unschedulable?: {
    readonly ordinal: number;
    readonly verdict: Verdict;
    readonly unplaced: number;
    /** What was refused; absent where there are too many replicas. */
    readonly request?: ReplicaRequest;
  };
}

const NO_SPACE: FreedSpace = { emptiedDevices: 0, largestMilli: 0 };

export interface PlanOptions {
  /** Requests that gateways have open at a replica; none by default. */
  readonly inFlightAt?: (pod: ReplicaPod) => number;
  /** Space that the end of a replica frees; the same for all by default. */
  readonly freedBy?: (pod: ReplicaPod) => FreedSpace;
  /** False while no replica may be created: an earlier start has failed. */
  readonly mayCreate?: boolean;
  /** The claims that its replicas mount; none by default. */
  readonly claims?: readonly ClaimState[];
  /** True for a replica whose node cannot mount its volumes; none by default. */
  readonly isStranded?: (pod: ReplicaPod) => boolean;
  /** Replicas that kubelet rejected; none by default. */
  readonly rejections?: Pick<RejectionPlan, 'waiting' | 'countOf'>;
}

const NO_REJECTIONS: NonNullable<PlanOptions['rejections']> = { waiting: new Map(), countOf: () => 0 };

/**
 * Maximum number of replicas that one reconcile places; the next reconcile continues, so that others do not wait for
 * all of a large workload.
 */
const AT_ONCE = 100;

/**
 * Compares the `wanted` replicas with the existing pods. Pods that ended, that were edited or that cannot reach their
 * volumes are deleted; their successors wait until they have gone. Surplus replicas leave in {@link leavingOrder}. A
 * pod of an older revision is deleted once one of the new revision is ready to replace it. If there is no capacity
 * beside it, it is deleted to free some: one at a time, only if that is enough, and, while it serves, only once the
 * earlier successors are ready. The same holds where a volume is in use that allows one node or one pod. The pod of a
 * replica that kubelet rejected stays until its delay has passed and its successor has a place. A plan creates at most
 * 100 replicas. For a workload that wants more than {@link MAX_REPLICAS} it creates none and reports that.
 */
export function planReplicas(
  target: CompiledWorkload,
  wanted: number,
  pods: readonly ReplicaPod[],
  place: Placer,
  options: PlanOptions = {},
): ReplicaPlan {
  const { inFlightAt = () => 0, freedBy = () => NO_SPACE, mayCreate = true } = options;
  const { claims = [], isStranded = () => false, rejections = NO_REJECTIONS } = options;
  const { workload } = target;
  const revision = revisionOf(workload);
  const leavesFirst = leavingOrder(inFlightAt, freedBy);
  const living = pods.filter((pod) => !pod.terminating);
  const edited = new Set(
    living.filter((pod) => !hasEnded(pod) && (wasEdited(pod, workload.state.pods) || isStranded(pod))),
  );
  const older = living.filter((pod) => pod.generation !== revision && !hasEnded(pod) && !edited.has(pod));
  const own = living.filter((pod) => pod.generation === revision || hasEnded(pod) || edited.has(pod));
  const broken = own.filter((pod) => hasEnded(pod) || edited.has(pod));
  const sound = own.filter((pod) => !broken.includes(pod));
  const surplus = sound.length > wanted ? [...sound].sort(leavesFirst).slice(0, sound.length - wanted) : [];
  const kept = sound.filter((pod) => !surplus.includes(pod));
  const ready = kept.filter((pod) => pod.ready).length;
  const spared = [...older]
    .sort(leavesFirst)
    .reverse()
    .slice(0, Math.max(0, wanted - ready));
  const replaced = older.filter((pod) => !spared.includes(pod));
  const rejected = broken
    .filter((pod) => pod.rejected === true && pod.generation === revision)
    .slice(0, Math.max(0, wanted - kept.length));
  const resting = rejected.filter(({ name }) => rejections.waiting.has(name));
  const remove = [...broken.filter((pod) => !rejected.includes(pod)), ...surplus, ...replaced];

  const create: NewReplica[] = [];
  if (!mayCreate) return { create, remove };
  if (wanted > MAX_REPLICAS) return { create, remove, unschedulable: tooMany(wanted) };
  const gone = [...rejections.waiting.keys()].filter((name) => !pods.some((pod) => pod.name === name));
  const awaited = broken.length + gone.length + pods.filter((pod) => isAwaited(pod, revision)).length;
  const taken = new Set([...pods.map(({ name }) => name), ...gone]);
  const missing: readonly Missing[] = [
    ...rejected
      .filter((pod) => !resting.includes(pod))
      .map((pod) => ({ ordinal: pod.ordinal, name: pod.name, pod })),
    ...missingReplicas(target, taken, wanted - kept.length - awaited),
  ];
  for (const [index, { ordinal, name, pod }] of missing.slice(0, AT_ONCE).entries()) {
    const placed = create.map((made) => ({ pod: made.name, node: made.placement.node }));
    const requestWithout = (leaves?: (pod: string) => boolean): ReplicaRequest =>
      replicaRequest(target, name, volumeReach(claims, placed, leaves));
    const request = requestWithout();
    const decision = place(request);
    if (decision.outcome === 'unschedulable') {
      const unschedulable = { ordinal, verdict: decision.verdict, unplaced: missing.length - index, request };
      const idle = pods.length === living.length && remove.length === 0;
      const settled = create.length === 0 && own.every((one) => one.ready || rejected.includes(one));
      const mayGo = (one: ReplicaPod): boolean => settled || !one.ready;
      const way = idle
        ? wayFor(spared.filter(mayGo), (one, leaves) => place.fitsWithout(requestWithout(leaves), one.name))
        : undefined;
      if (way === undefined) return { create, remove, unschedulable };
      return { create, remove: [...remove, way], way: { freedBy: way, replica: name }, unschedulable };
    }
    const { placement } = decision;
    if (pod === undefined) create.push({ ordinal, name, placement, ...earlier(rejections.countOf(name)) });
    else remove.push(pod);
  }
  return { create, remove };
}

/**
 * The replica to end so that the successor fits: the first in leaving order whose end alone is enough. While all of
 * them mount one volume, the end of one does not detach it; then the first of those whose ends together are enough.
 */
function wayFor(
  older: readonly ReplicaPod[],
  fits: (pod: ReplicaPod, leaves: (pod: string) => boolean) => boolean,
): ReplicaPod | undefined {
  const names = new Set(older.map(({ name }) => name));
  return (
    older.findLast((pod) => fits(pod, (name) => name === pod.name)) ??
    older.findLast((pod) => fits(pod, (name) => names.has(name)))
  );
}

/** A replica that is to be created, or the pod that kubelet rejected and that its successor is to replace. */
interface Missing {
  readonly ordinal: number;
  readonly name: string;
  readonly pod?: ReplicaPod;
}

const earlier = (rejections: number): Pick<NewReplica, 'rejections'> =>
  rejections === 0 ? {} : { rejections };

/** The API does not accept this number: the row comes from an older version or another writer. */
function tooMany(wanted: number): NonNullable<ReplicaPlan['unschedulable']> {
  const message = `${wanted} replicas exceed the maximum of ${MAX_REPLICAS} per workload`;
  const suggestions = [`request at most ${MAX_REPLICAS} replicas in spec.autoscaling`];
  return {
    ordinal: 0,
    verdict: { nodes: 0, rejected: [], suggestions, message },
    unplaced: MAX_REPLICAS,
  };
}

/**
 * Order in which surplus replicas leave: first one that does not serve, then one that is out of rotation already, the
 * one with the fewest requests in flight, the one that frees the most useful space, the newest.
 */
const leavingOrder =
  (inFlightAt: (pod: ReplicaPod) => number, freedBy: (pod: ReplicaPod) => FreedSpace) =>
  (a: ReplicaPod, b: ReplicaPod): number =>
    Number(a.ready) - Number(b.ready) ||
    Number(a.drainingSince === undefined) - Number(b.drainingSince === undefined) ||
    inFlightAt(a) - inFlightAt(b) ||
    moreSpaceFirst(freedBy(a), freedBy(b)) ||
    b.ordinal - a.ordinal ||
    compare(a.name, b.name);

/**
 * True if a successor waits until the replica has gone. Not for one that was taken out of rotation, and not for one
 * that only finalizers of others keep: they may stay forever, and it holds no resources.
 */
const isAwaited = (
  { terminating, drainingSince, generation, finalizers }: ReplicaPod,
  revision: number,
): boolean =>
  terminating && drainingSince === undefined && generation === revision && finalizers === undefined;

/** So many new replicas, with the lowest ordinals whose names are free. */
function missingReplicas({ workload }: CompiledWorkload, existing: ReadonlySet<string>, count: number) {
  const { workloadId: id, name } = workload.ref;
  const missing: Missing[] = [];
  for (let ordinal = 0; missing.length < count; ordinal += 1) {
    const replica = replicaName({ id, name, generation: revisionOf(workload) }, ordinal);
    if (!existing.has(replica)) missing.push({ ordinal, name: replica });
  }
  return missing;
}

/**
 * The pods, with ended ones as they were before this reconcile deleted them: the way a pod ended is reported even if
 * the cluster has already dropped it.
 */
export function withEnded(
  pods: readonly ReplicaPod[],
  removed: readonly ReplicaPod[],
): readonly ReplicaPod[] {
  const ended = removed.filter(hasEnded);
  if (ended.length === 0) return pods;
  return [...pods.filter(({ uid }) => !ended.some((pod) => pod.uid === uid)), ...ended];
}
