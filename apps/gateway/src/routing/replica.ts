import type { ServingAccess } from '@tessera/domain-workload/access';
import type { ExposedHost } from './exposed-hosts';

/** One pod of a workload as the gateway sees it. */
export interface Replica {
  readonly uid: string;
  /** Name of the pod. */
  readonly pod: string;
  readonly project: string;
  readonly workload: string;
  readonly workloadId: string;
  /** `<host>:<port>` of the model server; absent until it is known. */
  readonly address?: string;
  /** The pod is ready, is not being deleted or drained, and has an address. */
  readonly ready: boolean;
  /** The replica gets no further request: the scheduler marked it for draining, or its pod is being deleted. */
  readonly draining?: boolean;
  /** Its containers cannot start, and a restart is unlikely to help. */
  readonly failing?: boolean;
  /** The name of the model at its server; absent where the pod has no annotation for it. */
  readonly servedModel?: string;
  /** Why the replica is not ready, for log lines; absent when it is. */
  readonly obstacle?: string;
}

/** A change of a replica. */
export interface ReplicaChange {
  readonly type: 'present' | 'gone';
  readonly replica: Replica;
}

/** A workload as its owner object defines it, with or without replicas. */
export interface KnownWorkload {
  /** Uid of the owner object. */
  readonly uid: string;
  readonly project: string;
  readonly workload: string;
  readonly workloadId: string;
  /** When the owner object was created, RFC 3339. */
  readonly createdAt?: string;
  /** Most requests in flight at one replica; absent where there is no limit. */
  readonly concurrencyHardLimit?: number;
  /** Time limit of a request, its wait for a replica included, ms; absent for the default of the gateway. */
  readonly requestTimeoutMs?: number;
  /** Protocol of its serving port; absent for HTTP/1.1. */
  readonly protocol?: 'grpc';
  /** Who may call it. */
  readonly access: ServingAccess;
  /** It is not served on the public listener. */
  readonly clusterLocalOnly?: boolean;
  /** Further addresses at which the gateway serves it. */
  readonly hosts?: readonly ExposedHost[];
  /** It receives the tokens of its callers, where the operator allows that for its project. */
  readonly wantsToken?: boolean;
  /** Browsers get a cookie that keeps them at their replica. */
  readonly sessionCookie?: boolean;
  /** Prompts with a common beginning go to the same replica; default true. */
  readonly prefixAffinity?: boolean;
}

/** A change of a workload. */
export interface WorkloadChange {
  readonly type: 'present' | 'gone';
  readonly known: KnownWorkload;
}

export interface ClusterListener {
  readonly workload: (change: WorkloadChange) => void;
  readonly replica: (change: ReplicaChange) => void;
}

/** Reports the workloads and replicas of the cluster and every change of them. */
export interface ReplicaSource {
  /** Resolves once every existing workload and replica has been reported. */
  start(listener: ClusterListener): Promise<void>;
  stop(): Promise<void>;
  /** Why the workloads and replicas are not known; undefined when they are. */
  notReady(): string | undefined;
}
