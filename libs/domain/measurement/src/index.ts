export * from '../../../contracts/metrics/src/series';
export * from './expression';
export * from '../../../application/measuring/src/metric-types';
export * from './sample-times';
export * from './counter-rate';
export * from './format-value';
