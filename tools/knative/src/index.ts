export * from './installation';
export * from './series';
