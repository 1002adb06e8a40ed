export * from './api-server';
export * from './binaries';
export * from './ensure';
export * from './installation';
