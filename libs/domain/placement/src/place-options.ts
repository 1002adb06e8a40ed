import type { ReplicaRequest } from './model';
import type { ClusterModel } from './cluster-model';
import type { NodeState } from './node-state';
import type { PolicyName } from './policies/policy';
import { requestCharge } from './request-charge';
import type { Shape } from './shape';

export interface PlaceOptions {
  /** Policy where no pool says otherwise; `fgd` unless given. */
  readonly policy?: PolicyName;
  /** Policy per node pool. A request that names no pool is placed by `policy` over all nodes. */
  readonly poolPolicies?: Readonly<Record<string, PolicyName>>;
  /** Source of chance for the policy `random`: numbers in [0, 1), seeded by the caller. Required by it. */
  readonly random?: () => number;
}

/** Policy of a pool. */
export const policyFor = (pool: string | undefined, options: PlaceOptions): PolicyName =>
  (pool === undefined ? undefined : options.poolPolicies?.[pool]) ?? options.policy ?? 'fgd';

/** True where neither project nor department would exceed what it deserves in the node's pool. */
export const withinQuota = (model: ClusterModel, request: ReplicaRequest, node: NodeState): boolean =>
  model.quota.breach(request, node.spec.pool, requestCharge(node, request)) === undefined;

/** A request that fitted nowhere. */
export interface Refused {
  readonly model: ClusterModel;
  readonly request: ReplicaRequest;
  readonly shape: Shape;
  readonly options: PlaceOptions;
}
