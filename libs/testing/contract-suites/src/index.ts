export * from './kubernetes-api';
export * from './series-source';
export * from './event-log';
export * from './eventually';
