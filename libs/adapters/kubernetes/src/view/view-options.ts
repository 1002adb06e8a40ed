import type { CapacityChange, ReplicaPod, SurroundingsChange } from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import type { Clock } from '@tessera/kernel';
import type { UrlExposure } from '../objects/routes';
import type { NodeLabelKeys } from './nodes/cluster-node';

export interface ClusterViewOptions {
  readonly keys: NodeLabelKeys;
  readonly exposure: UrlExposure;
  readonly clock: Clock;
  /** RuntimeClass of pods that share devices; absent for none. */
  readonly runtimeClass?: string;
  /** The only namespace in which a pod can be a reservation pod. */
  readonly reservationNamespace: string;
  /** Looks up an accepted workload; only pods of accepted workloads count as replicas. */
  readonly refOf: (workloadId: string) => WorkloadRef | undefined;
}

export interface ClusterViewListener {
  /** A pod names a workload that {@link ClusterViewOptions.refOf} does not know. */
  readonly onUnknownWorkload: (workloadId: string) => void;
  /** A pod of this workload was created, changed or deleted. */
  readonly onWorkload: (workloadId: string) => void;
  /** Nodes or shares may have become free. */
  readonly onCapacity: (change: CapacityChange) => void;
  readonly onSurroundings: (change: SurroundingsChange) => void;
  /** A replica as the watch delivered it, before its workload is enqueued. */
  readonly onReplica?: (replica: ReplicaPod) => void;
  /** The image of a container of the pod with this uid is on its node. */
  readonly onImagePulled?: (podUid: string) => void;
}
