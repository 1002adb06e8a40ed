export * from './topics';
export * from './data';
export * from './scaling-inputs';
export * from './table';
export * from './envelope';
export * from './kafka-message';
export * from './asyncapi';
export * from './samples';
