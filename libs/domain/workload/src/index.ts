export * from './clock';
export * from './intent';
export * from './phase';
