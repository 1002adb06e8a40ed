import type { ReplicaRequest } from '../model/model';
import type { ClusterModel } from '../model/cluster-model';
import type { NodeState } from '../model/node-state';

/** Topology domains with replicas of the same workload, by one topology label. */
export interface AffinityDomain {
  readonly required: boolean;
  readonly topologyKey: string;
  readonly holds: (node: NodeState) => boolean;
}

/**
 * The pod affinity of the request: to be placed in a topology domain where its workload already runs. The first replica
 * may use any node with the label; a node without the label belongs to no domain. Undefined without a pod affinity.
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
