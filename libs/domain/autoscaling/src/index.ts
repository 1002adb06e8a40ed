export { conditionsOf, type ScalingCondition } from './conditions';
export { decideReplicas, type ScalingDecision } from './decide';
export { delayed, type WantedAt } from './delay-window';
export type { Explanation } from './explanation';
export { LoadWindow } from './load-window';
export type { ScalingObservation } from './observation';
export {
  decideOnLoad,
  initialState,
  type AutoscalerSettings,
  type AutoscalerState,
  type LoadObservation,
} from './pod-autoscaler';
export { policyOf, type PolicyExtras, type ScalingPolicy, type ScalingRule } from './policy';
export type { ReplicaSchedule } from './schedule';
export { stateFromWhatRuns, type ScalingState } from './state';
