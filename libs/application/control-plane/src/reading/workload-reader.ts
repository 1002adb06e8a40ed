import type { Filter } from '@tessera/contracts-rest';
import type { Visibility } from '../access/access';
import type { HeldResources } from '../organisation/org-unit-telemetry';
import type {
  EventEntry,
  HistoryEntry,
  ListedWorkload,
  PodRecord,
  ReadWorkload,
  TimelineEntry,
} from '../workloads/model';
import type { TelemetryQuery, TelemetryValue } from './telemetry';

/** One page of a list: `limit` entries from `offset` on. */
export interface Page {
  readonly offset: number;
  readonly limit: number;
}

export interface Paged<T> {
  readonly items: readonly T[];
  /** Offset of the next page; absent on the last one. */
  readonly next?: number;
}

/** Entries from `from` on, before `to`; ISO 8601. */
export interface TimeRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Selects the workloads or pods of a list; `search` is text that the name contains. */
export interface WorkloadQuery {
  readonly seen: Visibility;
  /** True for deleted workloads, false for existing ones. */
  readonly deleted: boolean;
  readonly filters: readonly Filter[];
  readonly search?: string;
}

export interface Sorting {
  readonly by?: string;
  readonly order: 'asc' | 'desc';
}

/** A pod with the workload data of its list entry. */
export interface PodOfWorkload {
  readonly pod: PodRecord;
  readonly workload: ListedWorkload;
}

export interface Revision {
  readonly id: string;
  readonly workloadId: string;
  readonly generation: number;
  readonly createdAt: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** A workload by its name and place. */
export interface NamedWorkload {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
  readonly projectName: string;
}

/** Read side: lists from the projection. Filters that do not fit their field throw {@link FilterError}. */
export interface WorkloadReader {
  workload(id: string): Promise<ReadWorkload | undefined>;
  workloads(query: WorkloadQuery, sorting: Sorting, page: Page): Promise<Paged<ListedWorkload>>;
  count(query: WorkloadQuery): Promise<number>;
  /** Of the workloads with these ids, those that the reader may see, deleted ones too. */
  named(seen: Visibility, ids: readonly string[]): Promise<readonly NamedWorkload[]>;
  pods(query: WorkloadQuery, sorting: Sorting, page: Page): Promise<Paged<PodOfWorkload>>;
  /** `search` is text that the name of a pod contains. */
  podsOf(workloadId: string, deleted: boolean, page: Page, search?: string): Promise<Paged<PodRecord>>;
  events(workloadId: string, order: 'asc' | 'desc', page: Page): Promise<Paged<EventEntry>>;
  history(workloadId: string, page: Page): Promise<Paged<HistoryEntry>>;
  /** The scaling timeline, newest first. */
  timeline(workloadId: string, range: TimeRange, page: Page): Promise<Paged<TimelineEntry>>;
  telemetry(query: TelemetryQuery): Promise<readonly TelemetryValue[]>;
  /** What placed pods of these projects or departments hold. */
  held(by: 'project' | 'department', ids: readonly string[]): Promise<readonly HeldResources[]>;
  revisions(workloadId: string): Promise<readonly Revision[]>;
  revision(id: string): Promise<Revision | undefined>;
}

/** A condition that its field does not support, such as text compared by `<=`. */
export class FilterError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'FilterError';
  }
}
