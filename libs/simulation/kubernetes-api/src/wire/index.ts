export * from './json';
export * from './objects';
export * from './pod-resources';
export * from './quantity';
