export * from './ports';
export * from './measure';
