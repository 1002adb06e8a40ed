import type { OutgoingRecord } from '@tessera/application-messaging';
import type {
  Address,
  Clock,
  GuardrailContext,
  GuardrailOverrides,
  References,
  SpecSettings,
} from '@tessera/domain-workload';
import type {
  AuditEntry,
  HistoryEntry,
  StoredAnswer,
  PodRecord,
  ProjectPlace,
  WorkloadRecord,
} from './model';

/** All that a creation writes: the workload is its own first revision. */
export interface Creation {
  readonly workload: WorkloadRecord;
  readonly history: readonly HistoryEntry[];
  readonly records: readonly OutgoingRecord[];
  readonly audit: AuditEntry;
  /** Version of the project's data volumes and credentials that it goes by; absent where it names none. */
  readonly assetsVersion?: string;
  /** Its own as long as it lives. */
  readonly addresses: readonly Address[];
  /** The answer to keep for a key of the client. */
  readonly keep?: { readonly subjectId: string; readonly key: string; readonly answer: StoredAnswer };
}

/** Writes that happen together or not at all. */
export interface SubmissionTransaction {
  /** The organisation, read on the connection of this transaction. */
  readonly directory: Directory;
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
}

export type StoreOutcome =
  'stored' | 'name-taken' | 'assets-changed' | { readonly taken: readonly Address[] } | 'key-taken';

/** What data volumes and credentials stand for, as it was at a version of those of their project. */
export interface VersionedReferences {
  readonly references: References;
  readonly version: string;
}

export interface SubmissionStore {
  /**
   * Writes a creation whole, or nothing of it: when the project has a living workload of that name or other data volumes
   * and credentials than those it goes by, when a living workload of its cluster has one of its addresses, or when the key
   * is taken by another request of the same subject. Rejects with the signal's reason when that is aborted before the
   * writing begins.
   */
  create(creation: Creation, signal?: AbortSignal): Promise<StoreOutcome>;
  transaction<T>(work: (tx: SubmissionTransaction) => Promise<T>): Promise<T>;
  /** The answer kept for a key since `since`. */
  kept(subjectId: string, key: string, since: string): Promise<StoredAnswer | undefined>;
}

/** Ids of data volumes, names or ids of credentials, as a request has them. */
export interface NamedAssets {
  readonly dataVolumes: readonly string[];
  readonly credentials: readonly string[];
}

/** The organisation, as submission needs it. */
export interface Directory {
  project(id: string): Promise<ProjectPlace | undefined>;
  clusterExists(id: string): Promise<boolean>;
  /** What those of them that the project has stand for. Ids are compared without regard to case. */
  references(projectId: string, named: NamedAssets): Promise<VersionedReferences>;
  /** The same, perhaps as it was a while ago: for who can tell by the version. */
  cachedReferences(projectId: string, named: NamedAssets): Promise<VersionedReferences>;
  /** What is remembered of a project was found to be outdated. */
  forgetProject(id: string): void;
  /** Policy defaults of inference in a project; undefined where there is no policy. */
  inferenceDefaults(projectId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Rules that an administrator set for a project instead of the platform's; undefined where there are none. */
  guardrailOverrides(projectId: string): Promise<GuardrailOverrides | undefined>;
}

/** What the use cases need of the world. */
export interface ControlPlaneDependencies {
  readonly store: SubmissionStore;
  readonly directory: Directory;
  /** What workloads may ask for, where their project has no rules of its own. */
  readonly guardrails: GuardrailContext;
  /** Settings of the platform that decide which specs are accepted. */
  readonly specSettings: SpecSettings;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Lower-case letters and digits of the given length, at random. */
  readonly newSuffix: (length: number) => string;
  readonly topicPrefix: string;
}
