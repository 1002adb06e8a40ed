import type { ReplicaRequest } from '../model/model';
import type { ClusterModel } from '../model/cluster-model';
import type { NodeState } from '../model/node-state';
import type { PolicyName } from './policy';
import { requestCharge } from '../model/request-charge';
import type { Shape } from '../model/shape';

export interface PlaceOptions {
  /** Policy of pools without one of their own; default `fgd`. */
  readonly policy?: PolicyName;
  /** Policy per node pool. A request that names no pool is placed by `policy` over all nodes. */
  readonly poolPolicies?: Readonly<Record<string, PolicyName>>;
  /** Random numbers in [0, 1) for the policy `random`, seeded by the caller; required with that policy. */
  readonly random?: () => number;
}

/** Policy of a pool. */
export const policyFor = (pool: string | undefined, options: PlaceOptions): PolicyName =>
  (pool === undefined ? undefined : options.poolPolicies?.[pool]) ?? options.policy ?? 'fgd';

/** True where neither project nor department would exceed its quota in the node's pool. */
export const withinQuota = (model: ClusterModel, request: ReplicaRequest, node: NodeState): boolean =>
  model.quota.breach(request, node.spec.pool, requestCharge(node, request)) === undefined;

/** A request that fits on no node. */
export interface RefusedRequest {
  readonly model: ClusterModel;
  readonly request: ReplicaRequest;
  readonly shape: Shape;
  readonly options: PlaceOptions;
}
