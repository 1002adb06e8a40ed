export {
  measure,
  UnknownMetricError,
  type Measured,
  type Measurement,
  type MeasuringDependencies,
} from './measure';
export { DISTRIBUTIONS, planFor, seriesInUse, type Scope } from './metric-types';
export * from './ports';
export { readScalingValues, type ScalingDependencies } from './scaling-values';
