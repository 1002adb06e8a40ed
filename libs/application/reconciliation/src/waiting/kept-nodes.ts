import type { KeptNode, ReplicaRequest } from '@tessera/domain-placement';
import type { RefusedWorkload } from './waiting-list';

/** A node that is kept for a workload which has waited too long. */
export interface Kept extends KeptNode {
  readonly workloadId: string;
  /** Name of the workload, for its own project. */
  readonly name: string;
  readonly request: ReplicaRequest;
  /** How far the node is from the request; smaller as replicas on it end. */
  readonly lacking: number;
  /** When {@link lacking} last became smaller, ms. */
  readonly progressAt: number;
}

/** Queries on a model of the cluster for nodes to keep. */
export interface NodesToKeep {
  /** The node that comes nearest to the request and can serve it once replicas end; undefined where none can. */
  readonly find: (request: ReplicaRequest, mayKeep: (node: KeptNode) => boolean) => KeptNode | undefined;
  /** How far the node is from the request; undefined where it can no longer serve it. */
  readonly lacking: (request: ReplicaRequest, node: string) => number | undefined;
}

/** Chooses the nodes to keep, once for each model of the cluster. */
export interface NodeReserver {
  readonly choose: (nodes: NodesToKeep) => readonly Kept[];
}

interface Waiting {
  readonly kept: readonly Kept[];
  /** Workloads with a replica that fits on no node. */
  readonly waiting: Iterable<RefusedWorkload>;
  /** Until when workloads get no node, ms. */
  readonly rests: ReadonlyMap<string, number>;
  readonly now: number;
  /** How long a workload waits before a node is kept for it, and how long without progress, ms. */
  readonly afterMs: number;
}

/** The nodes to keep from now on, and the workloads that get none for a while. */
export interface KeepingPlan {
  readonly kept: readonly Kept[];
  readonly resting: readonly string[];
}

/** Most workloads for which a node is searched at once: a search reads every node. */
const SEARCHES = 4;

/**
 * Keeps one node of each pool for the workload that has waited longest, once it has waited for `afterMs`: capacity that
 * becomes free on the node is reserved for that workload, so that smaller requests cannot overtake it forever. A node is
 * released when the workload starts, is deleted or can no longer fit there, and when nothing on it became free for
 * `afterMs`, so that its free capacity is not idle for longer. The workload then gets no node for another `afterMs`. Pure.
 */
export function planKeeping(
  { kept, waiting, rests, now, afterMs }: Waiting,
  nodes: NodesToKeep,
): KeepingPlan {
  const all = new Map([...waiting].map((one) => [one.ref.workloadId, one]));
  const resting: string[] = [];
  const next: Kept[] = kept.flatMap((one) => {
    const refused = all.get(one.workloadId);
    const lacking = refused && nodes.lacking(refused.request, one.node);
    if (refused === undefined || lacking === undefined) return [];
    const progressAt = lacking < one.lacking ? now : one.progressAt;
    if (now - progressAt >= afterMs) {
      resting.push(one.workloadId);
      return [];
    }
    return [{ ...one, request: refused.request, lacking, progressAt }];
  });
  const isFree = ({ pool }: KeptNode): boolean => !next.some((one) => one.pool === pool);
  const mayGet = ({ ref: { workloadId }, waitingSince, alone }: RefusedWorkload): boolean =>
    alone !== true &&
    now - waitingSince >= afterMs &&
    (rests.get(workloadId) ?? now) <= now &&
    !resting.includes(workloadId) &&
    !next.some((one) => one.workloadId === workloadId);
  const oldest = [...all.values()]
    .filter(mayGet)
    .sort((a, b) => a.waitingSince - b.waitingSince || (a.createdAt < b.createdAt ? -1 : 1));
  let searches = 0;
  for (const { ref, request } of oldest) {
    const pools = request.nodePools;
    if (pools.length > 0 && !pools.some((pool) => isFree({ node: '', pool }))) continue;
    if ((searches += 1) > SEARCHES) break;
    const node = nodes.find(request, isFree);
    const lacking = node && nodes.lacking(request, node.node);
    if (node === undefined || lacking === undefined) resting.push(ref.workloadId);
    else
      next.push({ ...node, workloadId: ref.workloadId, name: ref.name, request, lacking, progressAt: now });
  }
  return { kept: next, resting };
}

interface KeepingDependencies {
  readonly waiting: () => Iterable<RefusedWorkload>;
  readonly now: () => number;
  /** As in {@link planKeeping}; 0 keeps no node. */
  readonly afterMs: number;
  readonly onBegun: (kept: Kept) => void;
  readonly onEnded: (kept: Kept) => void;
}

/** The nodes that are kept now. In memory only: a new leader computes them again from the stored times of waiting. */
export class KeptNodes implements NodeReserver {
  private kept: readonly Kept[] = [];
  private readonly rests = new Map<string, number>();

  constructor(private readonly on: KeepingDependencies) {}

  get all(): readonly Kept[] {
    return this.kept;
  }

  choose(nodes: NodesToKeep): readonly Kept[] {
    const { waiting, now, afterMs, onBegun } = this.on;
    if (afterMs === 0) return [];
    for (const [id, until] of this.rests) if (until <= now()) this.rests.delete(id);
    const state = { kept: this.kept, waiting: waiting(), rests: this.rests, now: now(), afterMs };
    const plan = planKeeping(state, nodes);
    for (const id of plan.resting) this.rests.set(id, now() + afterMs);
    const before = this.kept;
    this.kept = plan.kept;
    for (const one of plan.kept) if (!holds(before, one)) onBegun(one);
    for (const one of before) if (!holds(plan.kept, one)) this.on.onEnded(one);
    return this.kept;
  }

  /** Releases the node of a workload that no longer waits. */
  end(workloadId: string): void {
    const ended = this.kept.find((one) => one.workloadId === workloadId);
    if (ended === undefined) return;
    this.kept = this.kept.filter((one) => one !== ended);
    this.on.onEnded(ended);
  }
}

const holds = (kept: readonly Kept[], { workloadId, node }: Kept): boolean =>
  kept.some((one) => one.workloadId === workloadId && one.node === node);
