export { migConfigLayout, migConfigNames, resourceSpelling } from './configs';
export { canCut, isValidLayout, type MigInstance, type MigLayout } from './layout';
export { planInstances } from './plan';
export {
  canonicalProfile,
  geometryOf,
  geometryOfInstance,
  profileOf,
  totalMiB,
  type MigGeometry,
} from './profiles';
export { isReconfiguring, MIG_MANAGER } from './repartition/labels';
export { nextStep } from './repartition/next-step';
export { refusalOf } from './repartition/refusals';
export {
  isInProgress,
  REPARTITION_PHASES,
  type NodeToRepartition,
  type Repartition,
  type RepartitionPhase,
  type RepartitionTiming,
} from './repartition/repartition';
export type { NodePatch } from './repartition/step';
export { planServices, type ServiceDemand, type ServicePlan } from './services';
