export { isMeasured, measuredRanges } from './blank-values';
export { bucketQuantile, type Bucket } from './bucket-quantile';
export {
  and,
  avg,
  between,
  count,
  divide,
  equal,
  firstOf,
  idle,
  joined,
  labelled,
  max,
  meets,
  namesIn,
  notEqual,
  NOTHING,
  observations,
  oneOf,
  plus,
  promql,
  quantileOf,
  rate,
  relabelled,
  select,
  sum,
  times,
  unless,
  type Expression,
  type Matcher,
  type Selection,
} from './expression';
export { possibleOnly, type KnownSeries } from './possible-series';
export { instantsOf, rateWindowMs, sampleTimes, type SampleTimes } from './sample-times';
export { counterRate, type Sample } from './counter-rate';
export { formatValue } from './format-value';
