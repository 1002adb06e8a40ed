import type { ClusterSnapshot } from './model';
import { ClusterModel, type ModelOptions } from './cluster-model';

/**
 * A model of the snapshot, ready for decisions. The snapshot is not kept and not changed; the order of its nodes
 * does not matter. Typical use: `const decision = place(model, request)`, then, once it is committed,
 * `apply(model, request, decision.placement)`; `release(model, id)` when the replica is gone;
 * `model.putNode(node)` and `model.removeNode(name)` when nodes change.
 */
export const createModel = (snapshot: ClusterSnapshot, options: ModelOptions = {}): ClusterModel =>
  new ClusterModel(snapshot, options);
