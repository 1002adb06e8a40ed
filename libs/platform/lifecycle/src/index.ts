export * from './retry';
export * from './shutdown';
export * from './health';
