export * from './cluster';
export * from './kubernetes-api';
export * from './series-source';
export { describeMetricTypes } from './metric-types/metric-types';
export * from './awkward-sources';
export * from './event-log';
export * from './event-flow/effects';
export * from './event-flow/event-record';
