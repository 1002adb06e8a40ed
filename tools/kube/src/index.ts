export * from './api-server';
export * from './binaries';
export * from './ensure';
export * from './go-build';
export * from './installation';
