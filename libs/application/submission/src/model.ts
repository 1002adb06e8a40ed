import type { Condition, PodState } from '@tessera/contracts-events';
import type { DesiredPhase, Phase } from '@tessera/domain-workload';

/** A spec as JSON: what the client sent, with ids and quantities as text. */
export type SpecJson = Readonly<Record<string, unknown>>;

/** An address of a workload or beside it, as people see it. */
export interface Connection {
  readonly name: string;
  readonly toolType: string;
  readonly connectionType: string;
  readonly url?: string;
  readonly authorizedUsers?: readonly string[];
  readonly authorizedGroups?: readonly string[];
}

/** Where a workload, project or other thing lies in the organisation. */
export interface Place {
  readonly tenantId: number;
  readonly clusterId?: string;
  readonly departmentId?: string;
  readonly projectId?: string;
}

/** A project with what a new workload takes from it. */
export interface ProjectPlace {
  readonly tenantId: number;
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly departmentId: string;
  readonly departmentName: string;
  readonly clusterId: string;
  readonly defaultNodePools: readonly string[];
}

/** Facts about a workload that follow from its spec alone, kept beside it so that lists need no reading of specs. */
export interface WorkloadSummary {
  readonly images: readonly string[];
  readonly requestedNodePools: readonly string[];
  readonly requestedPods: { readonly number: number; readonly min: number; readonly max: number };
  readonly priorityClassName: string;
  readonly preemptible: boolean;
  readonly category?: string;
  /** Addresses that the spec names beside the model server. */
  readonly connections?: readonly Connection[];
  /** What one pod asks for, in the words of the API. */
  readonly podRequest: SpecJson;
  /** The same for all pods that the workload starts with. */
  readonly workloadRequest: SpecJson;
}

/** What the cluster's scheduler told about a workload last. */
export interface ObservedState {
  /** Sequence of the last fact that was applied. */
  readonly sequence: number;
  readonly desiredReplicas: number;
  readonly readyReplicas: number;
  readonly conditions: readonly Condition[];
  readonly urls: readonly string[];
  /** Addresses of the exposed URLs, in the order of the request; absent where the cluster exposes none. */
  readonly exposedUrls?: readonly { readonly name: string; readonly url: string }[];
  readonly allocatedMilliGpu: number;
  readonly allocatedGpuMiB: number;
  readonly nodePools: readonly string[];
}

/** A workload: desired state, decisions and the projection of what the cluster says. Times are RFC 3339, UTC. */
export interface WorkloadRecord {
  readonly id: string;
  readonly name: string;
  readonly requestedName: string;
  readonly project: ProjectPlace;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt?: string;
  readonly completedAt?: string;
  readonly generation: number;
  readonly desiredPhase: DesiredPhase;
  readonly phase: Phase;
  readonly phaseMessage: string;
  readonly phaseUpdatedAt: string;
  /** As sent; null when there was none. */
  readonly spec: SpecJson | null;
  /** With policy defaults merged: what the command carries. */
  readonly effectiveSpec: SpecJson;
  readonly summary: WorkloadSummary;
  readonly observed: ObservedState;
  /** Counts the facts that we told about it. */
  readonly sequence: number;
}

/** A workload as lists show it: without its spec, which is most of it. */
export type ListedWorkload = Omit<WorkloadRecord, 'spec' | 'effectiveSpec'>;

/** A workload as it is read: the spec is the one that was sent. */
export type ReadWorkload = Omit<WorkloadRecord, 'effectiveSpec'> & {
  /** The spec as the JSON text it is kept as. */
  readonly specText: string | null;
};

/** An entry of the history: a phase, or an event. */
export type HistoryEntry = {
  readonly id: string;
  readonly workloadId: string;
  readonly createdAt: string;
} & (
  | { readonly kind: 'phase'; readonly phase: Phase; readonly message: string }
  | {
      readonly kind: 'event';
      readonly type: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
      readonly source: string;
      readonly involved: { readonly uid: string; readonly kind: string; readonly name: string };
    }
);

export type EventEntry = Extract<HistoryEntry, { kind: 'event' }>;

/** A pod of a workload, kept after it is gone. */
export interface PodRecord {
  readonly workloadId: string;
  readonly state: PodState;
  readonly updatedAt: string;
  readonly deletedAt?: string;
}

/** Who calls, from where: for the audit log. */
export interface Caller {
  /** Email of a user or name of an application; what `createdBy` shows. */
  readonly name: string;
  readonly subjectId: string;
  readonly address: string;
  readonly requestId: string;
  /** W3C name of the span that the call is, or came with; what the call causes is told with it. */
  readonly traceparent?: string;
}

export interface AuditEntry {
  readonly at: string;
  readonly caller: Caller;
  readonly operation: string;
  readonly target: string;
  readonly status: number;
  /** Calls that the entry stands for; one unless given. */
  readonly count?: number;
}

/** The answer that an idempotency key stands for. */
export interface StoredAnswer {
  readonly bodyHash: string;
  /** The first answer, as it was sent. */
  readonly answer: object;
}
