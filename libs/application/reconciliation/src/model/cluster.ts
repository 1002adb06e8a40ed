/** A claim that the replicas of a workload mount, as it is in the cluster. */
export interface ClaimState {
  readonly name: string;
  /** Path of its field in the request. */
  readonly field: string;
  /** The workload creates it; otherwise the user has to. */
  readonly made: boolean;
  /** Absent if there is no such claim. */
  readonly phase?: string;
  /** Class that it requests; absent or empty for the default of the cluster. */
  readonly storageClass?: string;
  /** Why no volume is bound to it, as reported by the cluster. */
  readonly trouble?: string;
  /** Start of its deletion, RFC 3339 in whole seconds; the cluster keeps it as long as a pod uses it. */
  readonly endingSince?: string;
}

/** A class of volumes that the cluster can provision. */
export interface StorageClassState {
  readonly name: string;
  readonly isDefault: boolean;
}

/** A node that does not answer or has gone. */
export interface LostNode {
  readonly node: string;
  /** Start of the loss, ms. */
  readonly since: number;
  readonly gone: boolean;
}

/** What Kubernetes reports about a node beyond what placement uses. */
export interface NodeStatus {
  readonly name: string;
  readonly uid: string;
  readonly createdAt: string;
  readonly conditions: readonly {
    readonly type: string;
    readonly status: string;
    readonly reason: string;
    readonly message: string;
    readonly lastTransitionTime: string;
  }[];
}
