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
export type { AuditEntry, Caller } from './access/caller';
export {
  foldEmail,
  foreignIdentity,
  foreignSubjectId,
  type ForeignIdentity,
  type ForeignIssuer,
  type Identity,
  type Issuers,
  type OwnIdentity,
} from './access/identity';
export { giveRole, placeOfScope, type RoleDependencies } from './access/give-role';
export { ROLES, roleById, type Role } from './access/roles';
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
export { deservedOf, orgUnitMessages, type QuotaPool } from './organisation/organisation-messages';
export type {
  AccessRuleQuery,
  AccessRuleRecord,
  AccessStore,
  Changed,
  ClusterRecord,
  DepartmentRecord,
  NewDepartment,
  NewProject,
  NewSubject,
  NodePoolRecord,
  OrgUnitQuery,
  OrganisationStore,
  ProjectChange,
  ProjectRecord,
  QuotaResources,
  SubjectRecord,
} from './organisation/organisation';
export { createProject, type NamespaceRules } from './organisation/create-project';
export { registerCluster, type RegistrationDependencies } from './organisation/register-cluster';
export type { Outcome } from './outcome';
export { reportParked } from './projection/parked-commands';
export { project } from './projection/projection';
export type { EventBounds, EventPage, EventQuery, EventStore } from './reading/event-store';
export {
  FilterError,
  type Page,
  type Paged,
  type PodOfWorkload,
  type Revision,
  type Sorting,
  type TelemetryQuery,
  type TelemetryValue,
  type WorkloadQuery,
  type WorkloadReader,
} from './reading/workload-reader';
export { SERVING, withAddresses } from './workloads/connections';
export {
  ANSWER_TTL_MS,
  createInference,
  previewInference,
  type CreateOutcome,
} from './workloads/create-inference';
export type { CreateInference } from './workloads/create-request';
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
  WorkloadRecord,
  WorkloadSummary,
} from './workloads/model';
export type {
  ControlPlaneDependencies,
  Creation,
  Directory,
  NamedAssets,
  StoreOutcome,
  SubmissionStore,
  SubmissionTransaction,
  VersionedReferences,
} from './workloads/ports';
export { requestViolations } from './workloads/request-violations';
export { mergePatch, updateInference } from './workloads/update-inference';
