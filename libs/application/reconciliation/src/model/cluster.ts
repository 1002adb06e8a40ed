import type { NodeSelectorTermIntent } from '@tessera/domain-workload';

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
  /** How its volume may be mounted, in the names of Kubernetes; absent if that is unknown. */
  readonly accessModes?: readonly string[];
  /** Name of the volume bound to it. */
  readonly volume?: string;
  /** The nodes that can mount its volume, as alternatives; absent for any node. */
  readonly terms?: readonly NodeSelectorTermIntent[];
  /** The pods that mount it, of any workload or of none; those that ended do not. */
  readonly users?: readonly ClaimUser[];
  /** Start of its deletion, RFC 3339 in whole seconds; the cluster keeps it as long as a pod uses it. */
  readonly endingSince?: string;
}

/** A pod that mounts a claim. */
export interface ClaimUser {
  readonly pod: string;
  readonly node: string;
}

/** A class of volumes that the cluster can provision. */
export interface StorageClassState {
  readonly name: string;
  readonly isDefault: boolean;
}

/** A node that does not answer or has gone. */
export interface LostNode {
  readonly node: string;
  /** When this process saw the loss first, ms of its own clock: the clock of the cluster is never compared with it. */
  readonly since: number;
  /** Start of the loss as the cluster reports it, RFC 3339, for people. */
  readonly reportedSince?: string;
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
