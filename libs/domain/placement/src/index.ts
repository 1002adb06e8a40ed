export { nodeFragmentation } from './fragmentation/fragmentation-of';
export { observedMix, type ObservedTask } from './fragmentation/observed-mix';
export type { TaskMix, TaskShape } from './fragmentation/task-mix';
export { freedSpace, moreSpaceFirst, type FreedSpace } from './freed-space';
export { fitsOn, keep, lackingOn, nodeToKeep, type KeptNode } from './keep-node';
export { ClusterModel } from './model/cluster-model';
export { createModel } from './model/create-model';
export { keptId } from './model/kept-id';
export type {
  ClusterNode,
  ClusterSnapshot,
  Decision,
  Device,
  DeviceInstance,
  DeviceShare,
  GpuRequest,
  NodeVerdict,
  PlacedReplica,
  Placement,
  QuotaRule,
  ReplicaRequest,
  Verdict,
  VolumeReach,
} from './model/model';
export { nodeVerdicts } from './filters/node-verdicts';
export { quotaMessage, sameReasons, withNote } from './filters/verdict-message';
export { apply, fitsWithout, place, release } from './place';
export { policyFor, type PlaceOptions } from './policies/place-options';
export { reaches } from './filters/filters';
export { POLICIES, type PolicyName } from './policies/policy';
