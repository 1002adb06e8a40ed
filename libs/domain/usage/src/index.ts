export * from './allocation';
export * from './evidence';
export * from './hours';
