import type { ReplicaRequest } from './model';
import type { ClusterModel } from './cluster-model';
import type { NodeState } from './node-state';

/** The places where replicas of the same workload already are, by one topology label. */
export interface AffinityDomain {
  readonly required: boolean;
  readonly topologyKey: string;
  readonly holds: (node: NodeState) => boolean;
}

/**
 * What the request's pod affinity asks now: to be where its workload already is. The first replica may go to any
 * node that carries the label; without the label a node belongs to no place. Undefined where nothing is asked.
 */
export function affinityOf(model: ClusterModel, request: ReplicaRequest): AffinityDomain | undefined {
  if (request.podAffinity === undefined) return undefined;
  const { type, topologyKey } = request.podAffinity;
  const places = new Set<string>();
  for (const node of model.nodesOfWorkload(request.workloadId)) {
    const value = node.spec.labels[topologyKey];
    if (value !== undefined) places.add(value);
  }
  return {
    required: type === 'Required',
    topologyKey,
    holds: ({ spec }) => {
      const value = spec.labels[topologyKey];
      return value !== undefined && (places.size === 0 || places.has(value));
    },
  };
}
