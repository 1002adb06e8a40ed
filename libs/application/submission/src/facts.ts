import type { TesseraEvent } from '@tessera/contracts-events';
import type { Visibility } from './access/access';

/** A fact as it is streamed. */
export interface KeptFact {
  /** Where it stands among all facts, decimal: grows, the same for every reader and every instance. */
  readonly position: string;
  /** CloudEvents type. */
  readonly type: string;
  /** The CloudEvent in JSON, on one line. */
  readonly json: string;
}

export interface FactQuery {
  readonly seen: Visibility;
  /** Facts behind this position. */
  readonly after: string;
  readonly limit: number;
  /** Each narrows when given: CloudEvents types, ids of projects, ids of workloads. */
  readonly types?: readonly string[];
  readonly projectIds?: readonly string[];
  readonly workloadIds?: readonly string[];
}

export interface FactPage {
  readonly facts: readonly KeptFact[];
  /** Where to go on. It moves past facts that were not asked for. */
  readonly position: string;
  /** False when more may stand behind the last one now. */
  readonly complete: boolean;
}

/** Position of the newest fact, and of the newest that is no longer kept. */
export interface FactEnds {
  readonly newest: string;
  readonly forgotten: string;
}

/**
 * The facts of the events topic in one order that every instance of the API shares. Once a position was seen, nothing
 * appears at or before it any more, so whoever goes on behind the last one misses none.
 */
export interface FactStore {
  /** Adds facts in their order; those that it has are left out. */
  record(events: readonly TesseraEvent[]): Promise<void>;
  after(query: FactQuery): Promise<FactPage>;
  ends(): Promise<FactEnds>;
  /** Forgets what was recorded more than `olderThanMs` ago. */
  prune(olderThanMs: number): Promise<void>;
}
