import type { CapacityChange, ReplicaPod, SurroundingsChange } from '@tessera/application-reconciliation';

/** Handlers of changes in the cluster and of what is known about it. */
export interface ChangeListener {
  /** A pod or object of a workload changed. */
  readonly onWorkload: (workloadId: string) => void;
  /** A node or the pods on it changed, so that another placement may be possible. */
  readonly onCapacity: (change: CapacityChange) => void;
  /** An object changed that many workloads depend on, such as a storage class. */
  readonly onSurroundings: (change: SurroundingsChange) => void;
  /** A workload became known, so that its pods can be recognised. */
  readonly onKnownWorkload: (workloadId: string) => void;
  /** A pod of a workload as the watch delivered it. */
  readonly onReplica: (replica: ReplicaPod) => void;
  /** The image of a container of this pod is on its node. */
  readonly onImagePulled: (podUid: string) => void;
}

/**
 * Distributes changes from those that notice them to those that act on them. It exists before both, which need each
 * other: the view of the cluster and the reconciler.
 */
export class ClusterChanges implements ChangeListener {
  private readonly listeners: Partial<ChangeListener>[] = [];

  subscribe(listener: Partial<ChangeListener>): void {
    this.listeners.push(listener);
  }

  readonly onWorkload = (workloadId: string): void => {
    for (const { onWorkload } of this.listeners) onWorkload?.(workloadId);
  };
  readonly onCapacity = (change: CapacityChange): void => {
    for (const { onCapacity } of this.listeners) onCapacity?.(change);
  };
  readonly onSurroundings = (change: SurroundingsChange): void => {
    for (const { onSurroundings } of this.listeners) onSurroundings?.(change);
  };
  readonly onKnownWorkload = (workloadId: string): void => {
    for (const { onKnownWorkload } of this.listeners) onKnownWorkload?.(workloadId);
  };
  readonly onReplica = (replica: ReplicaPod): void => {
    for (const { onReplica } of this.listeners) onReplica?.(replica);
  };
  readonly onImagePulled = (podUid: string): void => {
    for (const { onImagePulled } of this.listeners) onImagePulled?.(podUid);
  };
}
