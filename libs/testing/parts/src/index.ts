export * from './database';
export * from './eventually';
export * from './free-ports';
export * from './kafka';
export * from './kubernetes';
export * from './parts';
export * from './prometheus';
