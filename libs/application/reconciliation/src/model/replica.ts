import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { Problem } from './problems';

/** One of our pods, in the terms of placement. */
export interface ReplicaPod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly workloadId: string;
  readonly projectId: string;
  readonly departmentId: string;
  readonly ordinal: number;
  /** Generation that it was created from: the revision of its workload. */
  readonly generation: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Since when it is out of rotation, RFC 3339; absent while gateways may send it requests. */
  readonly drainingSince?: string;
  /** Why it does not run: the reason of a waiting or terminated container, or of the pod. */
  readonly reason?: string;
  readonly message?: string;
  /** Kubelet refused to run it: it ended before any of its containers was started. */
  readonly rejected?: true;
  /** How many pods of the same replica kubelet had rejected in a row before it was created; absent for none. */
  readonly rejections?: number;
  /** A missing object that the pod refers to, if that causes its reason. */
  readonly unresolved?: Pick<Problem, 'reason' | 'message'>;
  readonly nodeName?: string;
  readonly podIp?: string;
  readonly image: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  /** When its phase or readiness last changed. */
  readonly changedAt: string;
  readonly allocation?: GpuAllocation;
  /** UUIDs of the shared devices injected into it, in the order of its allocation. */
  readonly devices?: readonly string[];
  /** Name of the ConfigMap that its container needs to start, while it waits for its devices. */
  readonly deviceMap?: string;
  /** Finalizers of others that alone keep a deleted pod that has ended; absent without any. */
  readonly finalizers?: readonly string[];
  /** Names of the claims that it mounts; absent if it mounts none. */
  readonly claims?: readonly string[];
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/** The pod has ended by itself and holds no resources any more. */
export const hasEnded = (pod: Pick<ReplicaPod, 'phase'>): boolean =>
  pod.phase === 'Succeeded' || pod.phase === 'Failed';

/** The pod takes requests. */
export const serves = (pod: ReplicaPod): boolean =>
  pod.ready && !pod.terminating && pod.drainingSince === undefined;
