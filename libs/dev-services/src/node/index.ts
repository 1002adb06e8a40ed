export * from './images';
export * from './installation';
export * from './network';
export * from './node';
