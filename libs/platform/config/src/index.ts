export * from './load';
export * from './variables';
