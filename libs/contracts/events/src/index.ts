export * from './topics';
export * from './data';
export * from './table';
export * from './envelope';
