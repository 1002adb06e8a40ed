export * from './gateway';
export type { DeviceHolder, DeviceReport, NodeReport, NodeReports, NodesQuery } from './node-report';
export {
  HOLDER_METRICS,
  ScopeMeasurement,
  type HolderMetricType,
  type MeasuredScope,
} from './measured-scope';
export type { PodLogQuery } from './pod-log-query';
export {
  fillPath,
  PathParameterError,
  type InternalRoute,
  type PathParameters,
  type Recipient,
} from './route';
export { MOST_SCALING_METRICS, ScalingValuesQuery, ScalingValues } from './scaling-values';
export { INTERNAL_ROUTES, type InternalAnswer, type InternalOperation, type InternalRoutes } from './routes';
