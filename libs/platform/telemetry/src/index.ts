export { Counter, createRegistry, Gauge, Histogram, Registry } from './metrics';
export { startTracing, type Tracing } from './start-tracing';
export { TRACES_VARIABLES, tracesFrom } from './traces-config';
export {
  beginSpan,
  childSpan,
  currentTraceparent,
  isTracing,
  rootSpan,
  spanBelow,
  spans,
  within,
  type BegunSpan,
  type OpenSpan,
  type SpanDetails,
} from './spans';
export { parseTraceparent, TRACEPARENT } from './traceparent';
