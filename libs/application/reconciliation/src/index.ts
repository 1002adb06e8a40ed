export { acceptApply, accepted, acceptRemove } from './commands/accept';
export type { DisruptionLimits } from './nodes/disruption';
export { nextReplica } from './commands/next-replica';
export { MAX_SIMULATED, simulate, simulatedReplicas } from './commands/what-if';
export {
  isLost,
  LEASE_TIMES,
  observe,
  stepOf,
  whyLost,
  type Candidate,
  type LeaseRecord,
} from './leadership/election';
export { KnownWorkloads } from './loop/known-workloads';
export { Reconciler } from './loop/reconciler';
export type { Backlog } from './loop/queue/work-queue';
export { resyncIntervalMs } from './loop/resync-interval';
export { hasDevices } from './mig/drain';
export type { MigNodeEvent } from './mig/mig-event';
export type { MigNode, MigNodes } from './mig/mig-nodes';
export { requestMigConfig, migReport, type MigAnswer } from './mig/mig-request';
export type { ClaimState, ClaimUser, LostNode, NodeStatus, StorageClassState } from './model/cluster';
export type { Problem } from './model/problems';
export { hasEnded, serves, type ReplicaPod } from './model/replica';
export { groupKey, groupsOf, type DeviceGroup, type ReservationPod } from './model/reservation';
export {
  revisionOf,
  type AcceptedWorkload,
  type CompiledWorkload,
  type EarlierRevision,
  type WorkloadTrace,
} from './model/workload';
export { setCordon, type CordonNodes } from './nodes/cordon';
export { nodeReports, pageOf } from './nodes/node-report';
export { exposedAddresses, type ExposedAddress, type UrlSettings } from './objects/exposed-urls';
export { livePlacing } from './placement/incremental-placing';
export { explaining, type Explain } from './placement/explaining';
export type { PodAmounts } from './placement/admitted-requests';
export type { Placer } from './placement/placer';
export { placing } from './placement/placing';
export { nodePoolsOf } from './placement/request';
export { clusterSnapshot } from './placement/snapshot';
export { ObservedTasks } from './placement/task-history';
export type {
  AcceptedWorkloads,
  ClusterView,
  ClusterWriter,
  DecideChange,
  KnownQuota,
  NewReplica,
  OrganisationUnits,
  ProjectNamespace,
  WorkloadWrite,
} from './ports';
export { LostAnswerError, NotLeadingError, orgUnitKey } from './ports';
export { isAssumed } from './rollout/assumed-replica';
export { holdingReplica } from './rollout/held-place';
export { planStarts, type FailedStart } from './rollout/slow-start';
export { LoadStore } from './scaling/load-store';
export { MetricValues } from './scaling/metric-values';
export { initialReplicas } from './scaling/replica-target';
export { SharedLimits } from './limits/limits-of-gateways';
export { ScalingController } from './scaling/scaling-controller';
export type { ScalingFigures } from './scaling/scaling-figures';
export type { ScalingRecord } from './scaling/scaling-entry';
export type { Reporter } from './status/events';
export { reportParkedEvent } from './status/parked-events';
export { StartRecorder } from './starts/start-recorder';
export type { CapacityChange, CapacityKind } from './waiting/capacity-change';
export type { SurroundingsChange } from './waiting/surroundings-change';
export type { PendingReplicas, WaitingWorkload } from './waiting/waiting-list';
