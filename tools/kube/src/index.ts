export * from './binaries';
export * from './installation';
