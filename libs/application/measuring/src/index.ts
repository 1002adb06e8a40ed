export {
  measure,
  UnknownMetricError,
  type Measured,
  type Measurement,
  type MeasuringDependencies,
} from './measure';
export { DISTRIBUTIONS, planFor, seriesInUse, type Scope } from './metric-types';
export { SourceError, type Series, type SeriesRead, type SeriesSource } from './ports';
export { readScalingValues, type ScalingDependencies } from './scaling-values';
