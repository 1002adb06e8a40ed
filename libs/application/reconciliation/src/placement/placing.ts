import {
  apply,
  type ClusterModel,
  type ClusterSnapshot,
  createModel,
  type Decision,
  fitsOn,
  fitsWithout,
  keep,
  keptId,
  lackingOn,
  nodeToKeep,
  place,
  type PlacedReplica,
  type PlaceOptions,
  type ReplicaRequest,
  type Verdict,
  withNote,
} from '@tessera/domain-placement';
import type { NodeReserver, Kept, NodesToKeep } from '../waiting/kept-nodes';
import { requestOf } from './gpu-request';
import type { LendingPlacer } from './placer';
import { ANY_MODEL } from './request';
import type { ObservedTasks, SeenTask } from './task-history';

export interface PlacingOptions extends PlaceOptions {
  /** The observed tasks: source of the policy's task mix. */
  readonly tasks: Pick<ObservedTasks, 'mix' | 'see'>;
}

/**
 * Placement on a model of the snapshot, by the given policies and the observed task mix; running and requested replicas
 * count as observed. Each placed request counts for the requests after it.
 */
export const placing =
  (options: PlacingOptions) =>
  (snapshot: ClusterSnapshot, reserver?: NodeReserver): LendingPlacer => {
    seeAll(snapshot, options.tasks);
    return placeOnModel(createModel(snapshot, { mix: options.tasks.mix() }), options, reserver);
  };

/** Records all running replicas as observed. */
export function seeAll({ nodes }: ClusterSnapshot, tasks: Pick<ObservedTasks, 'see'>): void {
  for (const { replicas } of nodes) for (const replica of replicas) tasks.see(replica.id, seen(replica));
}

/**
 * Placement on the given model. What the reserver keeps for a workload counts for all others, and their verdicts name
 * that workload.
 */
export function placeOnModel(
  model: ClusterModel,
  { tasks, ...options }: PlacingOptions,
  reserver?: NodeReserver,
): LendingPlacer {
  const kept = reserver?.choose(nodesOf(model)) ?? [];
  for (const one of kept) keep(model, one.request, one.node);
  const besides = <T>(
    { workloadId }: Pick<Kept, 'workloadId'>,
    look: () => T,
    isOver: (seen: T) => boolean = () => false,
  ): T => {
    const own = kept.length === 0 ? undefined : model.holding(keptId(workloadId));
    if (own === undefined) return look();
    model.removeReplica(own.replica.id);
    const seen = look();
    if (!isOver(seen)) model.addReplica(own.node, own.replica);
    return seen;
  };
  const decide = (request: ReplicaRequest): Decision => {
    tasks.see(request.id, { gpu: request.gpu, gpuModels: request.gpuModels, cpuMilli: request.cpuMilli });
    const decideBeside = (): Decision => {
      const decision = place(model, request, options);
      if (decision.outcome === 'unschedulable')
        return { ...decision, verdict: noted(decision.verdict, request) };
      apply(model, request, decision.placement);
      return decision;
    };
    return besides(request, decideBeside, ({ outcome }) => outcome === 'placed');
  };
  const noted = (verdict: Verdict, request: ReplicaRequest): Verdict => {
    const own = kept.find(({ workloadId }) => workloadId === request.workloadId);
    const other = own ?? kept.find((one) => besides(one, () => fitsOn(model, request, one.node)));
    return other === undefined ? verdict : withNote(verdict, keepingText(other, request));
  };
  return Object.assign(decide, {
    fitsWithout: (request: ReplicaRequest, replica: string) =>
      besides(request, () => fitsWithout(model, request, replica, options)),
    lend: (replica: string) => {
      const held = model.holding(replica);
      if (held === undefined) return () => undefined;
      model.removeReplica(replica);
      return () => model.addReplica(held.node, held.replica);
    },
  });
}

/** Queries on the model for nodes to keep. */
export const nodesOf = (model: ClusterModel): NodesToKeep => ({
  find: (request, mayKeep) => nodeToKeep(model, request, mayKeep),
  lacking: (request, node) => lackingOn(model, request, node),
});

function keepingText(kept: Kept, asking: ReplicaRequest): string {
  if (kept.workloadId === asking.workloadId)
    return `Node ${kept.node} is kept for it: capacity that becomes free there is reserved for it until it fits`;
  return `Node ${kept.node} would serve it, but is kept for ${holderText(kept, asking)}`;
}

/** Names a workload only to its own project: a reader of the verdict may have access to that project alone. */
export const holderText = ({ name, request }: Kept, asking: ReplicaRequest): string =>
  `${request.projectId === asking.projectId ? `workload ${name}` : 'a workload of another project'}, which has waited longest`;

const seen = (replica: PlacedReplica): SeenTask => ({
  gpu: requestOf(replica),
  gpuModels: ANY_MODEL,
  cpuMilli: replica.cpuMilli,
});
