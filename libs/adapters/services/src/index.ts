export { MetricsClient, type MeasurementQuery } from './metrics-client';
export * from './report-signature';
export { SchedulerClient } from './scheduler-client';
