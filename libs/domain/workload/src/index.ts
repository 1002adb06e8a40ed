export * from './clock';
export * from './intent';
export * from './phase';
export * from './quantity';
export * from './shell-words';
export * from './spec';
export { toIntent, type Realisation } from './realisation/to-intent';
