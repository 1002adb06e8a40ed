export { kubeconfigConnection } from './client/connection';
export { KubeClient } from './client/kube-client';
export { createEndpoint } from './endpoint/endpoint';
export { exporterPages } from './exporters/pages';
export { Fleet } from './node/fleet';
export { MigReconfigurer } from './node/mig-reconfigurer';
export type { GpuSeed, NodeSeed } from './node/node-seed';
export { VolumeProvisioner } from './objects/volumes';
export type { PodTiming } from './pod/pod-host';
