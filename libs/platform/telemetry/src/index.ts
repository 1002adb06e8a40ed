export { AtScrape } from './at-scrape';
export { CountedCounter, type Count } from './counted-counter';
export { bucketOf, CountedHistogram, type Distribution } from './counted-histogram';
export { Counter, createRegistry, Gauge, Histogram, Registry } from './metrics';
export { startTracing, type Tracing } from './start-tracing';
export { TRACES_VARIABLES, tracesFrom } from './traces-config';
export { childSpan, currentTraceparent, isTracing, rootSpan, spans } from './spans';
export { parseTraceparent, TRACEPARENT } from './traceparent';
