export { feedPath } from './gateway-feed';
export { LATENCY_BOUNDS_MS, latencyBucketOf } from './latency-buckets';
export {
  LoadReport,
  LoadReportAnswer,
  loadReportPath,
  wakePath,
  WakeRequest,
  type ColdStart,
  type HeldWorkload,
  type LimitPart,
  type LimitUse,
  type ReplicaLoad,
  type WorkloadLoad,
} from './load-report';
export { UsageReport, UsageReportAnswer, usageReportPath, type UsageEntry } from './usage-report';
export type { DeviceHolder, DeviceReport, NodeReport, NodeReports, NodesQuery } from './node-report';
export {
  HOLDER_METRICS,
  ScopeMeasurement,
  type HolderMetricType,
  type MeasuredScope,
} from './measured-scope';
export type { PodLogQuery } from './pod-log-query';
export { fillPath, PathParameterError, type InternalRoute, type PathParameters } from './route';
export { MOST_SCALING_METRICS, ScalingValuesQuery, ScalingValues } from './scaling-values';
export { INTERNAL_ROUTES, type InternalAnswer, type InternalOperation, type InternalRoutes } from './routes';
