import type { OutgoingRecord } from '@tessera/application-messaging';
import type {
  Address,
  GuardrailContext,
  GuardrailOverrides,
  References,
  SpecSettings,
} from '@tessera/domain-workload';
import type { OrgUnitVersions } from '@tessera/contracts-events';
import type { Clock } from '@tessera/kernel';
import type { AuditEntry } from '../access/caller';
import type { Cancellation } from './create-request';
import type {
  HistoryEntry,
  StoredAnswer,
  PodRecord,
  ProjectPlace,
  TimelineEntry,
  WorkloadRecord,
} from './model';

/** Everything that a creation writes: the workload is its own first revision. */
export interface Creation {
  readonly workload: WorkloadRecord;
  readonly history: readonly HistoryEntry[];
  readonly records: readonly OutgoingRecord[];
  readonly audit: AuditEntry;
  /** Version of the project's data volumes and credentials that were used; absent if the spec names none. */
  readonly assetsVersion?: string;
  /** Addresses reserved for the workload as long as it exists. */
  readonly addresses: readonly Address[];
  /** The answer to store for a key of the client. */
  readonly storeAnswer?: { readonly subjectId: string; readonly key: string; readonly answer: StoredAnswer };
}

/** Writes of one transaction: all or none. */
export interface WorkloadTransaction {
  /** The organisation, read on the connection of this transaction. */
  readonly directory: Directory;
  /** The current workload, locked until the transaction ends. */
  lock(workloadId: string): Promise<WorkloadRecord | undefined>;
  save(workload: WorkloadRecord): Promise<void>;
  append(entries: readonly HistoryEntry[]): Promise<void>;
  /** Adds an entry to the scaling timeline; one of an event that it has already changes nothing. */
  addToTimeline(entry: TimelineEntry): Promise<void>;
  savePods(pods: readonly PodRecord[]): Promise<void>;
  pods(workloadId: string): Promise<readonly PodRecord[]>;
  addRevision(workload: WorkloadRecord): Promise<void>;
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  audit(entry: AuditEntry): Promise<void>;
  /** Returns false if the event was applied before. */
  claim(eventId: string): Promise<boolean>;
}

/** What a request for the name of an existing workload reports about that workload. */
export type Namesake = Pick<WorkloadRecord, 'desiredPhase' | 'phaseMessage' | 'phaseUpdatedAt'>;

export type StoreOutcome =
  'stored' | 'name-conflict' | 'assets-changed' | { readonly conflicts: readonly Address[] } | 'key-conflict';

/** What data volumes and credentials resolve to, at a version of those of their project. */
export interface VersionedReferences {
  readonly references: References;
  readonly version: string;
}

export interface WorkloadStore {
  /**
   * Writes a creation completely or not at all. Writes nothing if the project has an existing workload of that name or
   * other data volumes and credentials than those used, if an existing workload of its cluster has one of its
   * addresses, or if the key was used by another request of the same subject. Rejects with the signal's reason if that
   * is aborted before writing begins.
   */
  create(creation: Creation, signal?: Cancellation): Promise<StoreOutcome>;
  transaction<T>(work: (tx: WorkloadTransaction) => Promise<T>): Promise<T>;
  /** The existing workload of that name in a project. */
  namesake(projectId: string, name: string): Promise<Namesake | undefined>;
  /** The answer stored for a key since `since`. */
  storedAnswer(subjectId: string, key: string, since: string): Promise<StoredAnswer | undefined>;
}

/** Ids of data volumes, names or ids of credentials, as named in a request. */
export interface AssetNames {
  readonly dataVolumes: readonly string[];
  readonly credentials: readonly string[];
}

/** What the use cases of workloads read of the organisation. */
export interface Directory {
  project(id: string): Promise<ProjectPlace | undefined>;
  clusterExists(id: string): Promise<boolean>;
  /** Resolves those of the named assets that the project has. Ids are compared case-insensitively. */
  references(projectId: string, named: AssetNames): Promise<VersionedReferences>;
  /** The same, possibly stale: for callers that check the version. */
  cachedReferences(projectId: string, named: AssetNames): Promise<VersionedReferences>;
  /** Drops the cached data of a project that was found to be stale. */
  forgetProject(id: string): void;
  /** Policy defaults of inference in a project; undefined if there is no policy. */
  inferenceDefaults(projectId: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Versions of a project and its department of which their cluster has been sent a message; 0 where none was. */
  orgUnitVersions(projectId: string): Promise<OrgUnitVersions | undefined>;
  /** Guardrails that an administrator set for a project instead of the platform's; undefined if there are none. */
  guardrailOverrides(projectId: string): Promise<GuardrailOverrides | undefined>;
}

/** Dependencies of the use cases. */
export interface ControlPlaneDependencies {
  readonly store: WorkloadStore;
  readonly directory: Directory;
  /** What workloads may request if their project has no guardrails of its own. */
  readonly guardrails: GuardrailContext;
  /** Platform settings that decide which specs are accepted. */
  readonly specSettings: SpecSettings;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Random lower-case letters and digits of the given length. */
  readonly newSuffix: (length: number) => string;
  readonly topicPrefix: string;
}
