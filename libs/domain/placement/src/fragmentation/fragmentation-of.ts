import type { ClusterModel } from '../model/cluster-model';

/** Expected free GPU of a node that a task of the model's mix cannot use, in devices; 0 for an unknown node. */
export function nodeFragmentation(model: ClusterModel, name: string): number {
  const node = model.node(name);
  return node === undefined ? 0 : model.policyContext.measure.valueOf(node.vector, node.freeCpuMilli);
}
