import type { ClusterSnapshot } from './model';
import { ClusterModel, type ModelOptions } from './cluster-model';

/**
 * Creates a model of the snapshot. The snapshot is not changed, and the order of its nodes does not matter. Typical
 * use: `const decision = place(model, request)`; once it is committed, `apply(model, request, decision.placement)`;
 * `release(model, id)` when the replica has ended; `model.putNode(node)` and `model.removeNode(name)` when nodes
 * change.
 */
export const createModel = (snapshot: ClusterSnapshot, options: ModelOptions = {}): ClusterModel =>
  new ClusterModel(snapshot, options);
