export * from './database';
export * from './free-ports';
export * from './kafka';
export * from './kubernetes';
export * from './parts';
export * from './prometheus';
