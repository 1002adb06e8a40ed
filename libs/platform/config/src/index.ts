export * from './load';
export * from './variables';
export * from './cache-dir';
