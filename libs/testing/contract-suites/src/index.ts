export * from './kubernetes-api';
export * from './series-source';
