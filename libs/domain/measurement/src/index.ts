export * from './blank-values';
export * from './bucket-quantile';
export * from './expression';
export * from './possible-series';
export * from './sample-times';
export * from './counter-rate';
export * from './format-value';
