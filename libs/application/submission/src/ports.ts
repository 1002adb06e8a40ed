import type { OutgoingRecord } from '@tessera/application-messaging';
import type { Clock } from '@tessera/domain-workload';
import type { AuditEntry, HistoryEntry, KeptAnswer, PodRecord, ProjectPlace, WorkloadRecord } from './model';

/** Writes that happen together or not at all. */
export interface SubmissionTransaction {
  /** False when the project has a living workload of that name; nothing is written then. */
  insert(workload: WorkloadRecord): Promise<boolean>;
  /** The workload as it is now, locked until the transaction ends. */
  lock(workloadId: string): Promise<WorkloadRecord | undefined>;
  save(workload: WorkloadRecord): Promise<void>;
  append(entries: readonly HistoryEntry[]): Promise<void>;
  savePods(pods: readonly PodRecord[]): Promise<void>;
  pods(workloadId: string): Promise<readonly PodRecord[]>;
  addRevision(workload: WorkloadRecord): Promise<void>;
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  audit(entry: AuditEntry): Promise<void>;
  /** False when the event was applied before. */
  claim(eventId: string): Promise<boolean>;
  /** False when the key is taken by another request of the same subject. */
  keep(subjectId: string, key: string, answer: KeptAnswer, at: string): Promise<boolean>;
}

export interface SubmissionStore {
  transaction<T>(work: (tx: SubmissionTransaction) => Promise<T>): Promise<T>;
  /** The answer kept for a key since `since`. */
  kept(subjectId: string, key: string, since: string): Promise<KeptAnswer | undefined>;
}

/** The organisation, as submission needs it. */
export interface Directory {
  project(id: string): Promise<ProjectPlace | undefined>;
  clusterExists(id: string): Promise<boolean>;
  /** Policy defaults of inference in a project; undefined where there is no policy. */
  inferenceDefaults(projectId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/** What the use cases need of the world. */
export interface SubmissionWorld {
  readonly store: SubmissionStore;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Lower-case letters and digits of the given length, at random. */
  readonly newSuffix: (length: number) => string;
  readonly topicPrefix: string;
}
