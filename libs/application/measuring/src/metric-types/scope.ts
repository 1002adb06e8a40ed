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

/** All nodes of a cluster. */
export interface ClusterScope {
  readonly kind: 'cluster';
  readonly clusterId: string;
}

/** The nodes of a pool. */
export interface NodePoolScope {
  readonly kind: 'node-pool';
  readonly clusterId: string;
  readonly nodePool: string;
}

/** One node. */
export interface NodeScope {
  readonly kind: 'node';
  readonly clusterId: string;
  readonly node: string;
}

/** Scopes whose series are those of nodes. */
export type NodesScope = ClusterScope | NodePoolScope | NodeScope;

/** A project or department. */
export interface OrgUnitScope {
  readonly kind: 'org-unit';
  readonly orgUnit: 'project' | 'department';
  readonly id: string;
  /** Of its projects. */
  readonly namespaces: readonly string[];
  /** Only what is on the nodes of this pool. */
  readonly nodePool?: string | undefined;
}

/** What is measured. */
export type Scope = PodsScope | NodesScope | OrgUnitScope;
