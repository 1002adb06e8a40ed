export * from './api-server';
export * from './binaries';
export * from './ensure';
export * from './installation';
export { getObject } from './get-object';
