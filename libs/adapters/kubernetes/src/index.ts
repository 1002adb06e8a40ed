export { connectKubernetes, KubernetesConnection } from './api/connection';
export { isAlreadyExists, KubernetesApiError } from './api/errors';
export { GatewayLease } from './api/gateway-lease';
export { GatewayLeases } from './api/gateway-leases';
export { Informer } from './informer/informer';
export { LeaderElection } from './api/lease';
export {
  clusterCall,
  PERMISSIONS,
  type ClusterRole,
  type NamedScope,
  type Permission,
} from './api/permissions';
export { podLog } from './api/pod-log';
export type { ConfigMapWire, NamespaceWire, PodWire } from './api/wire';
export { KubernetesMigNodes } from './mig/mig-nodes';
export type { UrlExposure } from './objects/routes';
export { PLAIN_SHARING } from './objects/sharing';
export { workloadObjects } from './objects/workload-objects';
export { InformedClusterView } from './view/cluster-view';
export { watchMetrics } from './watch/watch-metrics';
export { KubernetesClusterWriter, type WriterOptions } from './writer/cluster-writer';
