export * from './admin';
export * from './client-address';
export * from './errors';
