export {
  can,
  canSomewhere,
  canWidely,
  visibility,
  type Grant,
  type ResourceScope,
  type Principal,
  type ScopeType,
  type Visibility,
} from './access/access';
export { findAccessRule } from './access/access-rules';
export type {
  AccessRuleQuery,
  AccessRuleRecord,
  AccessStore,
  NewSubject,
  SubjectRecord,
} from './access/access-store';
export type { AuditEntry, Caller } from './access/caller';
export {
  foldEmail,
  type ForeignIdentity,
  type Identity,
  type Issuers,
  type OwnIdentity,
} from './access/identity';
export { giveRole, type RoleDependencies } from './access/give-role';
export { resolvePrincipal, type NoPrincipal, type PrincipalDependencies } from './access/principals';
export { ROLES, roleById, type Role } from './access/roles';
export { createSubject, deleteSubject, replaceSecret, type SubjectDependencies } from './access/subjects';
export {
  grantToken,
  type GrantedToken,
  type Secrets,
  type SigningKey,
  type SigningKeyStore,
  type Subject,
  type SubjectStore,
  type TokenDependencies,
  type TokenGrant,
  type TokenIssuer,
} from './access/tokens';
export type { AssetStore, CredentialRecord, DataVolumeRecord } from './assets/assets';
export { createCredential, findCredential } from './assets/credentials';
export { createDataVolume, findDataVolume } from './assets/data-volumes';
export type { AssetDependencies } from './assets/project-asset';
export { createDepartment, updateDepartment } from './organisation/departments';
export { quotaByPool } from './organisation/quota-totals';
export { deservedOf, orgUnitMessages } from './organisation/organisation-messages';
export type { ClusterRecord } from './organisation/cluster-store';
export type { DepartmentRecord } from './organisation/department-store';
export type { NodePoolRecord } from './organisation/node-pool-store';
export type { OrgUnitQuery, QuotaResources } from './organisation/org-unit';
export type { OrganisationStore } from './organisation/organisation-store';
export type { ProjectRecord } from './organisation/project-store';
export { createProject, type NamespaceRules } from './organisation/create-project';
export { orgUnitParts, type HeldResources, type MeasuredOrgUnit } from './organisation/org-unit-telemetry';
export { registerCluster, type RegistrationDependencies } from './organisation/register-cluster';
export { updateProject } from './organisation/update-project';
export type { Changed, Outcome } from './outcome';
export { deletePolicy, overwritePolicy, type PolicyDependencies } from './policies/change-policy';
export { storedPolicy, type StoredPolicy } from './policies/policy';
export { reportParked } from './projection/parked-commands';
export { project } from './projection/projection';
export type { EventBounds, EventPage, EventQuery, EventStore } from './reading/event-store';
export {
  FilterError,
  type NamedWorkload,
  type Page,
  type Paged,
  type PodOfWorkload,
  type Revision,
  type Sorting,
  type TimeRange,
  type WorkloadQuery,
  type WorkloadReader,
} from './reading/workload-reader';
export {
  changeModelAlias,
  createModelAlias,
  deleteModelAlias,
  findModelAlias,
  type ModelAliasDependencies,
} from './model-aliases/change-model-alias';
export type {
  AliasPlace,
  ModelAliasChange,
  ModelAliasQuery,
  ModelAliasRecord,
  ModelAliasRow,
  ModelAliasStore,
} from './model-aliases/model-alias';
export type { GatewayFeedStore } from './serving-keys/gateway-feed';
export {
  changeServingKey,
  findServingKey,
  revokeServingKey,
  rotateServingKey,
  seenBy,
} from './serving-keys/change-serving-key';
export { createServingKey, type ServingKeyCreation } from './serving-keys/create-serving-key';
export {
  stateOf,
  type NewServingKey,
  type OpenedProject,
  type ServingKeyChange,
  type ServingKeyProjectRow,
  type ServingKeyQuery,
  type ServingKeyRecord,
  type ServingKeyRow,
  type ServingKeyState,
  type ServingKeyStore,
} from './serving-keys/serving-key';
export { sumsOf, type Part, type TelemetryQuery, type TelemetryValue } from './reading/telemetry';
export {
  idOfLimits,
  setServingLimits,
  type Limited,
  type ServingLimitsRecord,
  type ServingLimitsRow,
  type ServingLimitsStore,
} from './serving-limits/serving-limits';
export { compileSpec } from './workloads/compile';
export { SERVING, withAddresses } from './workloads/connections';
export {
  ANSWER_TTL_MS,
  createInference,
  previewInference,
  type CreateOutcome,
} from './workloads/create-inference';
export type { Cancellation, CreateInference } from './workloads/create-request';
export { deleteInference } from './workloads/delete-inference';
export type {
  Connection,
  EventEntry,
  HistoryEntry,
  ListedWorkload,
  ObservedState,
  PodRecord,
  ProjectPlace,
  ReadWorkload,
  SpecJson,
  StoredAnswer,
  TimelineEntry,
  WorkloadRecord,
  WorkloadSummary,
} from './workloads/model';
export type {
  ControlPlaneDependencies,
  Creation,
  Directory,
  AssetNames,
  Namesake,
  StoreOutcome,
  WorkloadStore,
  WorkloadTransaction,
  VersionedReferences,
} from './workloads/ports';
export { requestViolations } from './workloads/request-violations';
export { mergePatch, updateInference } from './workloads/update-inference';
