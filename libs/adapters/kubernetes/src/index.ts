export * from './connection';
export * from './permissions';
export * from './errors';
export * from './informer';
export * from './wire';
export * from './replica-pod';
export * from './cluster-node';
export * from './cluster-view';
export * from './cluster-writer';
export * from './object-cache';
export type { OwnedObjectWire } from './trimmed-object';
export * from './problem-of';
export * from './project-namespaces';
export * from './lease';
export * from './mig-nodes';
export * from './reservation-pod';
export {
  reservationAccess,
  reservationPodName,
  reservationPod,
  type ReservationSettings,
} from './objects/reservation-pod';
export type { UrlExposure } from './objects/routes';
export { PLAIN_SHARING, type GpuSharing } from './objects/sharing';
export * from './pod-log';
export * from './objects/workload-objects';
export * from './gateway-leases';
export * from './gateway-lease';
