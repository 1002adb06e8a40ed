import type { Condition, EventData, PodState, WorkloadRef } from '@tessera/contracts-events';
import type { DesiredPhase, Phase } from '@tessera/domain-workload';

/** A spec as JSON: as sent by the client, with ids and quantities as text. */
export type SpecJson = Readonly<Record<string, unknown>>;

/** An address of a workload or of a related service, as shown to users. */
export interface Connection {
  readonly name: string;
  readonly toolType: string;
  readonly connectionType: string;
  readonly url?: string;
  readonly authorizedUsers?: readonly string[];
  readonly authorizedGroups?: readonly string[];
}

/** A project with the data that a new workload takes from it. */
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

/** Data derived from a workload's spec and stored beside it, so that lists need not read specs. */
export interface WorkloadSummary {
  readonly images: readonly string[];
  readonly requestedNodePools: readonly string[];
  readonly requestedPods: { readonly number: number; readonly min: number; readonly max: number };
  readonly priorityClassName: string;
  readonly preemptible: boolean;
  readonly category?: string;
  /** Addresses in the spec other than the model server's. */
  readonly connections?: readonly Connection[];
  /** What one pod requests, in the terms of the API. */
  readonly podRequest: SpecJson;
  /** The same for all pods that the workload starts with. */
  readonly workloadRequest: SpecJson;
}

/** The last state of a workload reported by its scheduler. */
export interface ObservedState {
  /** Sequence of the last applied event. */
  readonly sequence: number;
  readonly desiredReplicas: number;
  readonly readyReplicas: number;
  readonly conditions: readonly Condition[];
  readonly urls: readonly string[];
  /** Addresses of the exposed URLs, in the order of the request; absent if the cluster exposes none. */
  readonly exposedUrls?: readonly { readonly name: string; readonly url: string }[];
  readonly allocatedMilliGpu: number;
  readonly allocatedGpuMiB: number;
  readonly nodePools: readonly string[];
}

/** A workload: desired state, decisions and the projection of the reported state. Times are RFC 3339, UTC. */
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
  /** As sent; null if there was none. */
  readonly spec: SpecJson | null;
  /** With policy defaults merged: the content of the command. */
  readonly effectiveSpec: SpecJson;
  readonly summary: WorkloadSummary;
  readonly observed: ObservedState;
  /** Number of events that the API published about it. */
  readonly sequence: number;
}

/** A workload as shown in lists: without its spec, which is most of its size. */
export type ListedWorkload = Omit<WorkloadRecord, 'spec' | 'effectiveSpec'>;

/** A workload as read: its spec is the one that was sent. */
export type ReadWorkload = Omit<WorkloadRecord, 'effectiveSpec'> & {
  /** The spec as the stored JSON text. */
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

/** An entry of the scaling timeline: a decision on the number of replicas, or a cold start. */
export type TimelineEntry = {
  /** Id of the event that reported it. */
  readonly id: string;
  readonly workloadId: string;
  readonly createdAt: string;
  /** Of the event among those of its scheduler; orders entries of the same time. */
  readonly sequence: number;
} & (
  | { readonly kind: 'decision'; readonly body: ScaleDecision }
  | { readonly kind: 'cold-start'; readonly body: ColdStart }
);
export type ScaleDecision = Omit<EventData<'scaleDecided'>, keyof WorkloadRef>;
export type ColdStart = Omit<EventData<'coldStart'>, keyof WorkloadRef>;

/** A pod of a workload; the record stays after the pod has gone. */
export interface PodRecord {
  readonly workloadId: string;
  readonly state: PodState;
  readonly updatedAt: string;
  readonly deletedAt?: string;
}

/** The answer stored for an idempotency key. */
export interface StoredAnswer {
  readonly bodyHash: string;
  /** The first answer, as it was sent. */
  readonly answer: object;
}
