export { conditionsOf, type ScalingCondition } from './conditions';
export { decideReplicas } from './decide';
export type { Explanation } from './explanation';
export { delayed, type WantedAt } from './limits/delay-window';
export type { ScalingObservation } from './observation';
export { policyOf, type PolicyExtras, type ScalingPolicy } from './policy';
export { LoadWindow } from './rules/load-window';
export { decideOnLoad, initialState } from './rules/pod-autoscaler';
export { stateFromWhatRuns, type ScalingState } from './state';
