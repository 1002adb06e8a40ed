export { AtScrape, type AtScrapeOptions } from './at-scrape';
export { bucketOf, CountedHistogram, type CountedHistogramOptions } from './counted-histogram';
export { Counter, createRegistry, Gauge, Histogram, Registry } from './metrics';
export { startTracing, type Tracing } from './start-tracing';
export { TRACES_VARIABLES, tracesFrom } from './traces-config';
export {
  childSpan,
  currentTraceparent,
  isTracing,
  rootSpan,
  spans,
  type BegunSpan,
  type OpenSpan,
  type SpanDetails,
} from './spans';
export { parseTraceparent, TRACEPARENT } from './traceparent';
