export * from './installation';
export * from './programs';
