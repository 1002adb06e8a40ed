export * from './retry';
export * from './pacing';
export * from './shutdown';
export * from './health';
export * from './process-identity';
export * from './server-process';
