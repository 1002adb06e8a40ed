export * from './ports';
export * from './pacing';
export * from './relay';
export * from './consume';
export * from './dead-letter';
export * from './dead-letters';
export * from './topics';
export * from './tracing';
