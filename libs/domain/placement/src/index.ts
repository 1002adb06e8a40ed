export * from './model';
export { ClusterModel, type ModelOptions } from './cluster-model';
export { createModel } from './create-model';
export { apply, fitsWithout, place, placedReplica, release } from './place';
export { policyFor, type PlaceOptions } from './place-options';
export { POLICIES, type PolicyName } from './policies/policy';
export { PRIOR_MIX, type TaskMix, type TaskShape } from './task-mix';
export { DEFAULT_RESERVE, usableMiB, type DriverReserve } from './device-memory';
export {
  canonicalProfile,
  geometryOf,
  geometryOfInstance,
  MIG_GEOMETRIES,
  profileOf,
  totalMiB,
  type MigGeometry,
  type MigProfile,
} from './mig-profiles';
export { fragmentation, nodeFragmentation } from './fragmentation-of';
export {
  canCut,
  isValidLayout,
  maximalLayouts,
  placesFor,
  type MigInstance,
  type MigLayout,
} from './mig-layout';
export { planInstances, type MigPlan, type Wanted } from './mig-plan';
export { planServices, type ServiceDemand, type ServicePlan } from './mig-services';
export { applyMigChange, planMigChange, type MigChange } from './mig-change';
export { placeBatch, type BatchDecision, type BatchOptions } from './batch';
export { mixDistance, observedMix, type ObservedMixOptions, type ObservedTask } from './observed-mix';
export { snapshotOf } from './snapshot-of';
export { planCompaction, type Compaction } from './mig-compaction';
export { migConfigLayout, migConfigNames, resourceSpelling, type MigConfigLayout } from './mig-configs';
export * from './repartition';
