import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import type { IgnoredField, References, WorkloadIntent } from '@tessera/domain-workload';

/** A workload that the scheduler accepted: the desired state of one cluster's copy. */
export interface AcceptedWorkload {
  readonly ref: WorkloadRef;
  readonly generation: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly defaultNodePools: readonly string[];
  /** The spec as it was sent. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** What its data volumes and credentials stand for; absent where the API knows none of them. */
  readonly references?: References;
  /** It is to disappear. */
  readonly removed: boolean;
  /** It is gone: its pods ended and the last fact was told. Kept for a while so that a late command cannot revive it. */
  readonly gone: boolean;
  /** Sequence of the last fact about it. */
  readonly sequence: number;
  /** Of the call that asked for this generation; absent where it belonged to no trace. */
  readonly trace?: WorkloadTrace;
  /** The state that was told last; facts are the difference to the next one. */
  readonly state: WorkloadState;
}

/** What a scheduler keeps of a trace, so that what it does and sees much later belongs to it. */
export interface WorkloadTrace {
  /** W3C name of the span that asked for the generation. */
  readonly cause: string;
  /** That of its command here; decisions are below it, and facts are told with it. */
  readonly command: string;
  /** When the generation was accepted, RFC 3339. */
  readonly acceptedAt: string;
  /** The way to Ready was told. */
  readonly reported?: boolean;
}

/** A pod of ours, in the words of placement. */
export interface ReplicaPod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly workloadId: string;
  readonly projectId: string;
  readonly departmentId: string;
  readonly ordinal: number;
  /** Generation of the desired state it was made from. */
  readonly generation: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Why it does not run: a waiting or terminated container's reason, or the pod's own. */
  readonly reason?: string;
  readonly message?: string;
  /** What it refers to and the cluster has not, where that is the cause of its reason. */
  readonly unresolved?: Pick<Problem, 'reason' | 'message'>;
  readonly nodeName?: string;
  readonly podIp?: string;
  readonly image: string;
  readonly createdAt: string;
  /** Since when its volumes and its network are there. */
  readonly preparedAt?: string;
  readonly startedAt?: string;
  /** When its phase or readiness changed last. */
  readonly changedAt: string;
  readonly allocation?: GpuAllocation;
  /** UUIDs of the shared devices that were handed over to it, in the order of its allocation. */
  readonly devices?: readonly string[];
  /** Where it waits for them: the ConfigMap without which its container does not start. */
  readonly deviceMap?: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/** It has ended by itself and holds nothing any more. */
export const hasEnded = (pod: Pick<ReplicaPod, 'phase'>): boolean =>
  pod.phase === 'Succeeded' || pod.phase === 'Failed';

/** Why a workload cannot go on although nothing is missing in the cluster's capacity. */
export interface Problem {
  /** Nothing but a change of the workload will help. */
  readonly final: boolean;
  readonly reason: string;
  readonly message: string;
}

/** A workload together with what its spec means. */
export interface CompiledWorkload {
  readonly workload: AcceptedWorkload;
  readonly intent: WorkloadIntent;
  /** Fields that came although the API refuses them, and are left out; none where it is absent. */
  readonly refused?: readonly IgnoredField[];
}

/** A claim that the replicas of a workload mount, as the cluster has it. */
export interface ClaimState {
  readonly name: string;
  /** Path of its field in the request. */
  readonly field: string;
  /** The workload brings it along; otherwise somebody else has to. */
  readonly made: boolean;
  /** Absent where there is no such claim. */
  readonly phase?: string;
  /** Class that it asks for; absent or empty where it leaves that to the cluster. */
  readonly storageClass?: string;
  /** What the cluster says why no volume is bound to it. */
  readonly trouble?: string;
  /** Since when it is being deleted, RFC 3339 in whole seconds; the cluster keeps it as long as a pod uses it. */
  readonly endingSince?: string;
}

/** A kind of volume that the cluster can make. */
export interface StorageClassState {
  readonly name: string;
  readonly isDefault: boolean;
}
