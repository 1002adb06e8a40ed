export * from './names';
export * from './allocation';
