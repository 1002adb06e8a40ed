import type { TesseraEvent } from '@tessera/contracts-events';
import type { Visibility } from '../access/access';

/** An event as it is streamed. */
export interface StoredEvent {
  /** Position among all events, decimal: increasing, the same for every reader and every instance. */
  readonly position: string;
  /** CloudEvents type. */
  readonly type: string;
  /** The CloudEvent in JSON, on one line. */
  readonly json: string;
}

export interface EventQuery {
  readonly seen: Visibility;
  /** Events after this position. */
  readonly after: string;
  readonly limit: number;
  /** Optional filters: CloudEvents types, ids of projects, ids of workloads. */
  readonly types?: readonly string[];
  readonly projectIds?: readonly string[];
  readonly workloadIds?: readonly string[];
}

export interface EventPage {
  readonly events: readonly StoredEvent[];
  /** Position to continue from. It also advances past events that the filters exclude. */
  readonly position: string;
  /** False if more events may follow now. */
  readonly complete: boolean;
}

/** Positions of the newest event and of the newest deleted one. */
export interface EventBounds {
  readonly newest: string;
  readonly forgotten: string;
}

/**
 * The events of the events topic in one order shared by every instance of the API. Once a position was seen, no event
 * appears at or before it, so a reader that continues from there misses none.
 */
export interface EventStore {
  /** Appends events in order; skips those already stored. */
  record(events: readonly TesseraEvent[]): Promise<void>;
  after(query: EventQuery): Promise<EventPage>;
  ends(): Promise<EventBounds>;
  /** Position of the newest event recorded before a time (RFC 3339); that of the newest deleted one where none is kept. */
  before(time: string): Promise<string>;
  /** Deletes events recorded more than `olderThanMs` ago. */
  prune(olderThanMs: number): Promise<void>;
}
