export * from './load';
export type { Variable } from './variable';
export * from './variables';
export * from './cache-dir';
export * from './database-session';
export * from './yaml-file';
export * from './plain-http';
export * from './serving-hosts';
