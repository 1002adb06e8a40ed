import type { GpuAllocation } from '@tessera/contracts-kubernetes';
import type { WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import type { IgnoredField, References, WorkloadIntent } from '@tessera/domain-workload';

/** A workload that the scheduler has accepted: the desired state on one cluster. */
export interface AcceptedWorkload {
  readonly ref: WorkloadRef;
  readonly generation: number;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly defaultNodePools: readonly string[];
  /** The spec as received. */
  readonly spec: Readonly<Record<string, unknown>>;
  /** What its data volumes and credentials resolve to; absent if the API knows none of them. */
  readonly references?: References;
  /** The workload is to be deleted. */
  readonly removed: boolean;
  /**
   * Deletion has finished; the row stays for a while as a tombstone so that a late command cannot recreate the
   * workload.
   */
  readonly gone: boolean;
  /** Sequence of the last event about it. */
  readonly sequence: number;
  /** Trace of the call that requested this generation; absent if it belonged to none. */
  readonly trace?: WorkloadTrace;
  /** The last reported state; events are the difference to the next one. */
  readonly state: WorkloadState;
}

/** The part of a trace that a scheduler stores, so that its later actions belong to that trace. */
export interface WorkloadTrace {
  /** W3C name of the span that requested the generation. */
  readonly cause: string;
  /** W3C name of the command's span here: parent of decisions, and sent with events. */
  readonly command: string;
  /** When the generation was accepted, RFC 3339. */
  readonly acceptedAt: string;
  /** The span of the time to Ready has been recorded. */
  readonly reported?: boolean;
}

/** One of our pods, in the terms of placement. */
export interface ReplicaPod {
  readonly uid: string;
  readonly name: string;
  readonly namespace: string;
  readonly workloadId: string;
  readonly projectId: string;
  readonly departmentId: string;
  readonly ordinal: number;
  /** Generation of the desired state it was created from. */
  readonly generation: number;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly ready: boolean;
  readonly terminating: boolean;
  /** Why it does not run: the reason of a waiting or terminated container, or of the pod. */
  readonly reason?: string;
  readonly message?: string;
  /** A missing object that the pod refers to, if that causes its reason. */
  readonly unresolved?: Pick<Problem, 'reason' | 'message'>;
  readonly nodeName?: string;
  readonly podIp?: string;
  readonly image: string;
  readonly createdAt: string;
  /** When its volumes and network became ready. */
  readonly preparedAt?: string;
  readonly startedAt?: string;
  /** When its phase or readiness last changed. */
  readonly changedAt: string;
  readonly allocation?: GpuAllocation;
  /** UUIDs of the shared devices injected into it, in the order of its allocation. */
  readonly devices?: readonly string[];
  /** Name of the ConfigMap that its container needs to start, while it waits for its devices. */
  readonly deviceMap?: string;
  readonly cpuMilli: number;
  readonly memoryMiB: number;
  readonly extended: Readonly<Record<string, number>>;
}

/** The pod has ended by itself and holds no resources any more. */
export const hasEnded = (pod: Pick<ReplicaPod, 'phase'>): boolean =>
  pod.phase === 'Succeeded' || pod.phase === 'Failed';

/** Why a workload cannot proceed although the cluster has the capacity. */
export interface Problem {
  /** Only a change of the workload will help. */
  readonly final: boolean;
  readonly reason: string;
  readonly message: string;
}

/** A workload together with its compiled spec. */
export interface CompiledWorkload {
  readonly workload: AcceptedWorkload;
  readonly intent: WorkloadIntent;
  /** Ignored fields: received although the API refuses them; absent if there are none. */
  readonly refused?: readonly IgnoredField[];
}

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
