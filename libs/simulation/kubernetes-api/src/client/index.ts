export * from './kube-api';
export * from './paths';
