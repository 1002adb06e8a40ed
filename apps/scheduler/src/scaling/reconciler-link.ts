import type { FailedStart, PendingReplicas } from '@tessera/application-reconciliation';

/** What scaling needs of the reconciler, which in turn asks scaling for its numbers. */
export interface ScaledReconciler {
  unplacedOf(workloadId: string): PendingReplicas | undefined;
  failedStartOf(workloadId: string): FailedStart | undefined;
  enqueue(workloadId: string): void;
  enqueueUrgent(workloadId: string): void;
}

/** Connects scaling and the reconciler, each of which is made with the other. */
export class ReconcilerLink {
  private reconciler: ScaledReconciler | undefined;
  private notify: () => void = () => undefined;

  connect(reconciler: ScaledReconciler, notify: () => void): void {
    this.reconciler = reconciler;
    this.notify = notify;
  }

  readonly unplacedOf = (workloadId: string): PendingReplicas | undefined =>
    this.reconciler?.unplacedOf(workloadId);

  readonly failedStartOf = (workloadId: string): FailedStart | undefined =>
    this.reconciler?.failedStartOf(workloadId);

  readonly enqueue = (workloadId: string, urgent: boolean): void => {
    if (urgent) this.reconciler?.enqueueUrgent(workloadId);
    else this.reconciler?.enqueue(workloadId);
    this.notify();
  };
}
