export * from './load';
export * from './variables';
export * from './cache-dir';
export * from './yaml-file';
