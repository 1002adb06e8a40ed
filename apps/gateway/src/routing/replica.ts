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
  /** Ready, not on its way out, and with an address. */
  readonly ready: boolean;
  /** It gets no further request: the scheduler marked it, or it is being deleted. */
  readonly draining?: boolean;
  /** Its containers do not run, and trying again is not likely to help. */
  readonly failing?: boolean;
  /** The name by which its server knows the model; absent where the pod states none. */
  readonly servedModel?: string;
  /** Why it is not ready, for people; absent when it is. */
  readonly obstacle?: string;
}

/** A change of a replica. */
export interface ReplicaChange {
  readonly type: 'present' | 'gone';
  readonly replica: Replica;
}

/** A workload as its owner object states it, with or without replicas. */
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
  /** Longest time of a request, its wait for a replica included, ms; absent for the default of the gateway. */
  readonly requestTimeoutMs?: number;
  /** What its serving port speaks; absent for HTTP/1.1. */
  readonly protocol?: 'grpc';
  /** Who may call it. */
  readonly access: ServingAccess;
  /** It is not served on the public listener. */
  readonly clusterLocalOnly?: boolean;
  /** Further addresses at which the gateway serves it. */
  readonly hosts?: readonly ExposedHost[];
  /** It asks for the tokens of its callers. */
  readonly wantsToken?: boolean;
  /** Browsers get a cookie that keeps them at their replica. */
  readonly sessionCookie?: boolean;
  /** Prompts that begin alike go to the same replica; so where it is absent. */
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
