export * from './allocation';
export * from './evidence';
export * from './hours';
export * from './idle';
export * from './prices';
