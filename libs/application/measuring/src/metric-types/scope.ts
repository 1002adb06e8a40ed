/** All pods of a workload. */
export interface WorkloadScope {
  readonly kind: 'workload';
  readonly workloadId: string;
  /** Namespace of the workload's project: a pod in another namespace with this id does not belong to the workload. */
  readonly namespace: string;
}

/** One pod of a workload. */
export interface PodScope {
  readonly kind: 'pod';
  readonly workloadId: string;
  readonly namespace: string;
  readonly pod: string;
}

/** Scopes whose series are those of the pods of one workload. */
export type PodsScope = WorkloadScope | PodScope;

/** What is measured. */
export type Scope = WorkloadScope | PodScope;
