export * from './database';
export * from './parts';
