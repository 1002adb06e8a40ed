export { MetricsClient, type MeasurementQuery } from './metrics-client';
export { isSignedBy, RECEIVER_HEADER, SIGNATURE_HEADER, signatureOf, signerOf } from './report-signature';
export { ScalingValuesClient } from './scaling-values-client';
export { SchedulerClient } from './scheduler-client';
