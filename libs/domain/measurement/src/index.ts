export * from './series';
export * from './expression';
export * from './metric-types';
export * from './sample-times';
export * from './counter-rate';
export * from './format-value';
