import type { FilterCode, ReplicaRequest } from './model';
import type { ClusterModel } from './cluster-model';
import type { NodeState } from './node-state';

/** What would make the request fit, the least intrusive first. */
export function remediesFor(
  _model: ClusterModel,
  _request: ReplicaRequest,
  _ranksByCode: ReadonlyMap<FilterCode, readonly number[]>,
  _near: NodeState | undefined,
): readonly string[] {
  return [];
}
