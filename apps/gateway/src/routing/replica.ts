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
  /** Why it is not ready, for people; absent when it is. */
  readonly obstacle?: string;
}

/** A change of a replica. */
export interface ReplicaChange {
  readonly type: 'present' | 'gone';
  readonly replica: Replica;
}

/** Reports the replicas of the cluster and every change of them. */
export interface ReplicaSource {
  /** Resolves once every existing replica has been reported. */
  start(listener: (change: ReplicaChange) => void): Promise<void>;
  stop(): Promise<void>;
  /** Why the replicas are not known; undefined when they are. */
  notReady(): string | undefined;
}
