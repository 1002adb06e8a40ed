import type { PlannedRequest } from '../plan/requests';

/** Times are ms from the beginning of the storm. */
export interface Recording {
  readonly requests: readonly SentRequest[];
  readonly faults: readonly InflictedFault[];
  /** Pods of the whole cluster in the order in which a direct watch reported them. */
  readonly pods: readonly PodSeen[];
  /** The scheduler's lease, from the same API. */
  readonly leases: readonly LeaseSeen[];
  /** Creations of pods that the fault proxy handed to the API server. */
  readonly writes: readonly PodWrite[];
  /** Every record of the log, topic by topic, in the order of its partition. */
  readonly log: readonly LoggedRecord[];
  readonly end: EndState;
  /** From the end of the last fault until nothing was wrong any more; undefined if that did not happen in time. */
  readonly quietMs: number | undefined;
}

export interface SentRequest {
  readonly kind: PlannedRequest['kind'];
  readonly name: string;
  /** The image that it asks for; it identifies the request later. */
  readonly image?: string;
  readonly atMs: number;
  readonly tookMs: number;
  /** What the caller was answered; unknown where no answer came, or one that leaves it open (5xx). */
  readonly outcome: 'accepted' | 'refused' | 'unknown';
  readonly status?: number;
  readonly workloadId?: string;
}

export interface InflictedFault {
  readonly kind: string;
  readonly target: string;
  readonly fromMs: number;
  readonly untilMs: number;
  /** Why it could not be inflicted; it does not count then. */
  readonly failed?: string;
}

export interface PodSeen {
  readonly atMs: number;
  /** Version of the cluster's state at which it was so. */
  readonly version: number;
  readonly gone: boolean;
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: 'replica' | 'reservation' | 'foreign';
  readonly workloadId: string;
  readonly image: string;
  readonly node: string;
  readonly shares: readonly { readonly slot: number; readonly milliGpu: number }[];
  /** UUIDs of its shared devices; of a reservation pod the one that it reports. */
  readonly uuids: readonly string[];
  /** Its containers have stopped: it holds nothing any more. */
  readonly ended: boolean;
  readonly deleting: boolean;
  readonly ready: boolean;
}

export interface LeaseSeen {
  readonly atMs: number;
  readonly version: number;
  /** Name of the service that leads; empty when nobody does. */
  readonly holder: string;
}

export interface PodWrite {
  readonly atMs: number;
  /** The service that sent it. */
  readonly client: string;
  readonly namespace: string;
  readonly name: string;
}

export interface LoggedRecord {
  readonly topic: 'commands' | 'events' | 'workloads';
  /** What numbers it. */
  readonly source: string;
  /** Workload id. */
  readonly subject: string;
  readonly sequence: number;
  readonly id: string;
  readonly type: string;
  /** Same for records of the same content. */
  readonly content: string;
}

/** Databases, log and cluster at one moment. */
export interface EndState {
  readonly workloads: readonly WorkloadRow[];
  readonly accepted: readonly AcceptedRow[];
  readonly pods: readonly PodSeen[];
  /** Outbox rows that are not published, by service. */
  readonly unpublished: Readonly<Record<string, number>>;
  readonly deadLetters: number;
}

/** A workload in the API's database. */
export interface WorkloadRow {
  readonly id: string;
  readonly name: string;
  readonly living: boolean;
  readonly image: string;
  readonly replicas: number;
  readonly generation: number;
  readonly phase: string;
  readonly message: string;
  readonly sequence: number;
}

/** A workload in the scheduler's database. */
export interface AcceptedRow {
  readonly id: string;
  readonly generation: number;
  readonly gone: boolean;
  readonly sequence: number;
}
