export { DeviceShare, GpuAllocation, NodeGpus } from './allocation';
export { GATEWAY_LEASE, gatewayLeaseName } from './gateway-lease';
export {
  DEFAULT_GUARDRAIL_SETTINGS,
  GuardrailOverrides,
  GuardrailRules,
  GuardrailsFile,
  readGuardrails,
  type GuardrailSettings,
} from './guardrails';
export { HELD_PLACE, HeldPlace, heldPlaceIn } from './held-place';
export { MigChangeAnnotation, PublishedMigConfigs } from './mig-change';
export {
  ANNOTATIONS,
  GPU_RESOURCE,
  LABELS,
  MAIN_CONTAINER,
  MANAGED_BY,
  MIG_RESOURCE_PREFIX,
  namespaceOf,
  NODE_LABELS,
  SELECTED_NODE,
} from './names';
export type { OwnerData } from './owner-data';
export {
  bindingOf,
  ownerOf,
  workloadOf,
  type NamespaceBinding,
  type OwnerReference,
  type OwnerSources,
} from './pod-owner';
export { DEFAULT_PROJECT_NETWORK, NetworkPeer, ProjectNetwork } from './project-network';
export {
  RESERVATION,
  RESERVATION_ANNOTATIONS,
  RESERVATION_ENV,
  RESERVATION_LABELS,
  SHARED_GPU,
  type GpuMemoryEnforcement,
} from './reservation';
export { servingConfigurationIn } from './serving-configuration';
