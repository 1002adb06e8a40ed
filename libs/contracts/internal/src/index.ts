export * from './latency-buckets';
export * from './load-report';
