export { SMALL_BODY } from './costs';
export { EXAMPLES } from './examples';
export { openApiDocument } from './openapi';
export {
  ACTIONS,
  RESOURCES,
  type Action,
  type Audited,
  type Cost,
  type Permission,
  type Resource,
  type Route,
} from './route';
export { DEPARTMENT_SORTS } from './routes/organisation/departments';
export { PROJECT_SORTS } from './routes/organisation/projects';
export { POD_FIELDS, WORKLOAD_FIELDS } from './routes/workloads';
export { CREDENTIAL_KINDS, type CredentialKind } from './schemas/storage/assets';
export { BODY, ITEMS, LENGTH } from './schemas/bounds';
export { ERRORS } from './schemas/errors';
export { InferenceSpec } from './schemas/inference-spec';
export { Inference, InferenceCreationRequest, UPDATABLE } from './schemas/inference';
export { FILTER_OPERATORS, readFilter, type Filter } from './schemas/list-query';
export {
  ClusterMetricType,
  MetricsResponse,
  NodeMetricType,
  OrgUnitMetricType,
  PodMetricType,
  WorkloadMetricType,
} from './schemas/metrics';
export { queryTime } from './schemas/primitives';
export { CordonReport } from './schemas/organisation/cordon';
export { MigConfigReport } from './schemas/mig-config';
export { PlacementExplanation, WorkloadObjects } from './schemas/placement';
export type { ScalingEntry } from './schemas/scaling';
export { SimulatedReplica } from './schemas/simulation';
export {
  MEASURED_NODE_TELEMETRY,
  NodeTelemetryType,
  OrgUnitTelemetryType,
  WorkloadTelemetryType,
  type MeasuredNodeTelemetry,
} from './schemas/organisation/telemetry';
export { TokenRequest } from './schemas/tokens';
export type { UsageGroup } from './schemas/usage/usage-report';
export { HistoryRecord, Pod, Workload, WorkloadEvent } from './schemas/workloads';
export { shapeIssues } from './shape-issues';
export { shapeViolations } from './shape-violations';
export { ROUTES, type Answer, type Input, type OperationId } from './table';
export { unknownFields } from './unknown-fields';
