export { MetricsClient, type MeasurementQuery } from './metrics-client';
export * from './report-signature';
export { ScalingValuesClient } from './scaling-values-client';
export { SchedulerClient } from './scheduler-client';
