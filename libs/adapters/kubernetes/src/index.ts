export * from './connection';
export * from './errors';
export * from './informer';
export * from './wire';
export * from './replica-pod';
export * from './cluster-node';
export * from './cluster-view';
export * from './cluster-writer';
