export * from './chart';
export * from './installation';
