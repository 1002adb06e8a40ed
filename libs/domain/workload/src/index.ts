export { MAX_REPLICAS } from './bounds';
export {
  DEFAULT_GUARDRAILS,
  GUARDRAIL_PRESETS,
  namespaceOutside,
  podSecurityLevel,
  probesNameHosts,
  refusals,
  withinGuardrails,
  withOverrides,
  type ExposedHosts,
  type GuardrailContext,
  type GuardrailName,
  type GuardrailOverrides,
  type Guardrails,
  type GuardrailRefusal,
} from './guardrails';
export type {
  EnvIntent,
  GpuIntent,
  IgnoredField,
  NetworkIntent,
  NodeSelectorTermIntent,
  PlacementIntent,
  ReadinessIntent,
  ReplicaSchedule,
  ResourceIntent,
  ScalingIntent,
  SecurityIntent,
  TolerationIntent,
  VolumeIntent,
  WorkloadIntent,
} from './intent';
export { DESIRED_PHASES, PHASES, type DesiredPhase, type Phase } from './phase';
export {
  capacityMiB,
  capacityMilli,
  capacityPieces,
  compareQuantities,
  parseQuantity,
  requestMiB,
  requestMilli,
  requestPieces,
  type Quantity,
} from './quantity';
export type { InferenceSpec } from './spec';
export { toIntent, type CompiledSpec } from './compile/to-intent';
export { recordTexts } from './compile/record';
export { enforcedAccess, unenforcedAccess } from './compile/serving-access';
export type { ServingAccess } from './access/serving-access';
export { refusedVariable, type SpecSettings } from './rules/gpu-names';
export { reservedFor } from './rules/reserved-names';
export { specViolations } from './rules/spec-violations';
export { addressConflict, claimsOf, type Address } from './rules/addresses';
export { PRIORITY_CLASSES } from './rules/placement';
export { MISSING, type Violation } from './rules/violation';
export {
  MAX_NAME_LENGTH,
  nameConflict,
  nameFromPrefix,
  nameOfLeaving,
  nameViolations,
  SUFFIX_LENGTH,
  type Leaving,
} from './rules/name';
export { conventionalClaim, namedAssets, type References } from './references';
export { isDnsLabel, isObjectName } from './kubernetes-names';
export { isReservedNamespace, namespaceRefusal } from './project-namespace';
