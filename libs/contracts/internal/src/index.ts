export * from './latency-buckets';
export * from './load-report';
export type { NodeReport } from './node-report';
export type { DeviceReport } from './node-report';
export type { PodLogQuery } from './pod-log-query';
export {
  fillPath,
  PathParameterError,
  type InternalRoute,
  type PathParameters,
  type Recipient,
} from './route';
export { INTERNAL_ROUTES, type InternalAnswer, type InternalOperation, type InternalRoutes } from './routes';
