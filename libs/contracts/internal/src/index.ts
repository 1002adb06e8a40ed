export * from './gateway';
export type { DeviceReport, NodeReport } from './node-report';
export type { PodLogQuery } from './pod-log-query';
export {
  fillPath,
  PathParameterError,
  type InternalRoute,
  type PathParameters,
  type Recipient,
} from './route';
export { INTERNAL_ROUTES, type InternalAnswer, type InternalOperation, type InternalRoutes } from './routes';
