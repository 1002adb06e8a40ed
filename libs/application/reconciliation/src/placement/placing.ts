import {
  apply,
  type ClusterModel,
  type ClusterSnapshot,
  createModel,
  type Decision,
  fitsWithout,
  place,
  type PlacedReplica,
  type PlaceOptions,
  type ReplicaRequest,
} from '@tessera/domain-placement';
import { requestOf } from './gpu-request';
import type { LendingPlace } from './place';
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
  (snapshot: ClusterSnapshot): LendingPlace => {
    seeAll(snapshot, options.tasks);
    return placeOnModel(createModel(snapshot, { mix: options.tasks.mix() }), options);
  };

/** Records all running replicas as observed. */
export function seeAll({ nodes }: ClusterSnapshot, tasks: Pick<ObservedTasks, 'see'>): void {
  for (const { replicas } of nodes) for (const replica of replicas) tasks.see(replica.id, seen(replica));
}

/** Placement on the given model. */
export function placeOnModel(model: ClusterModel, { tasks, ...options }: PlacingOptions): LendingPlace {
  const decide = (request: ReplicaRequest): Decision => {
    tasks.see(request.id, { gpu: request.gpu, gpuModels: request.gpuModels, cpuMilli: request.cpuMilli });
    const decision = place(model, request, options);
    if (decision.outcome === 'placed') apply(model, request, decision.placement);
    return decision;
  };
  return Object.assign(decide, {
    fitsWithout: (request: ReplicaRequest, replica: string) => fitsWithout(model, request, replica, options),
    lend: (replica: string) => {
      const held = model.holding(replica);
      if (held === undefined) return () => undefined;
      model.removeReplica(replica);
      return () => model.addReplica(held.node, held.replica);
    },
  });
}

const seen = (replica: PlacedReplica): SeenTask => ({
  gpu: requestOf(replica),
  gpuModels: ANY_MODEL,
  cpuMilli: replica.cpuMilli,
});
