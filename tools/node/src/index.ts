export * from './images';
export * from './installation';
export * from './local-node';
export * from './network';
export * from './node';
