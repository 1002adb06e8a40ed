export * from './retry';
export * from './pacing';
export * from './periodic';
export * from './progress';
export * from './shutdown';
export * from './health';
export * from './process-identity';
export * from './server-process';
