export * from './gateway';
export type { DeviceReport, NodeReport } from './node-report';
export { ScopeMeasurement, type MeasuredScope } from './measured-scope';
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
