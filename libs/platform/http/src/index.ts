export * from './admin';
export * from './errors';
