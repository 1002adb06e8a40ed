export * from './admin';
export * from './admin-server';
export * from './client-address';
export * from './contained';
export * from './error-table';
export * from './errors';
export * from './health-watch';
export * from './path';
