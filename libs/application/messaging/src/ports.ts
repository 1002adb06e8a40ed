import type { EventRecord, Topic } from '@tessera/contracts-events';

/** A record on its way to a topic. */
export interface OutgoingRecord extends EventRecord {
  readonly topic: string;
  /** The value is base64 of bytes that are no text; absent for text. */
  readonly encoding?: 'base64';
}

/** A record read from a topic, with its coordinates. */
export interface IncomingRecord extends OutgoingRecord {
  readonly partition: number;
  /** Decimal; grows within a partition. */
  readonly offset: string;
  /** Milliseconds since the epoch at which the log stored it. */
  readonly timestamp: number;
  /** Why the records could not be decoded that this one stands for; its value is what the log holds of them. */
  readonly undecodable?: string;
}

/** Options of a subscriber. */
export interface SubscribeOptions {
  /** Consumers of one group share the partitions; groups are independent of each other. */
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Handles records of one partition, in order. If it resolves they are committed; if it throws, nothing of the batch
   * is committed, the partition is paused for a while, and the batch is redelivered. A record may therefore arrive
   * twice, but is never lost. However long it takes, the subscription stays a member of its group.
   */
  readonly handle: (batch: readonly IncomingRecord[], context: BatchContext) => Promise<void>;
}

export interface BatchContext {
  /** Aborted when the subscription stops or loses the partition. */
  readonly signal: AbortSignal;
}

export interface Subscription {
  /** Finishes or releases the current batch, commits handled records and leaves the group. */
  stop(): Promise<void>;
}

/** Position of a group in one topic, over all partitions. */
export interface GroupPosition {
  readonly group: string;
  readonly topic: string;
  /** Records written to the topic so far: its offsets, those of removed records included. */
  readonly written: number;
  /** Number of them that the group has handled. */
  readonly handled: number;
}

/** A topic as it exists in the log. */
export interface TopicState extends Topic {
  readonly partitions: number;
  /** Copies of each record; undefined if the log does not replicate. */
  readonly replication: number | undefined;
}

/**
 * The log between services: Kafka, or its replacement on Postgres. One contract suite covers both: order per key,
 * consumer groups, at least once, resume after a crash, many groups on one topic, a new group starts at the beginning.
 */
export interface EventLog {
  /** Creates missing topics; settings of existing topics are not changed. */
  ensureTopics(topics: readonly Topic[]): Promise<void>;
  /** Settings of the given topics that exist, in no order. */
  describeTopics(names: readonly string[]): Promise<readonly TopicState[]>;
  /**
   * Resolves once all records are stored durably; keeps the order per key. Throws if any was not stored: a
   * `PublishError` if the outcome of each record is known. A record larger than its topic allows is refused alone; the
   * others are stored.
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /**
   * Positions of the groups that this process has subscriptions of, whichever member handles a partition, also while
   * none does. Read together, so that no group is ahead of its topic.
   */
  positions(): Promise<readonly GroupPosition[]>;
  /** Names of all topics, in no order. */
  topicNames(): Promise<readonly string[]>;
  /**
   * Calls `each` for every record now in the topics, in order per partition, then ends. Commits nothing and disturbs no
   * group: for inspection.
   */
  read(topics: readonly string[], each: (record: IncomingRecord) => void): Promise<void>;
  /**
   * Which subscriptions of this process, or which of their partitions, have failed for half a minute or longer, and why;
   * undefined if none has.
   */
  stuck(): string | undefined;
  /** Why the log is unavailable; undefined if it is available. */
  unavailable(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A row of an outbox: written in the transaction of its use case, published later. */
export interface OutboxRow extends OutgoingRecord {
  /** Grows with the order of writing. */
  readonly id: string;
}

/** Number of rows that wait to be published and the age of the oldest, ms. */
export interface OutboxLag {
  readonly rows: number;
  readonly oldestMs: number;
  /** Rows that no topic accepts: kept but not sent. */
  readonly parked: number;
}

/** The outbox as relays use it. */
export interface OutboxReader {
  /**
   * Joins the relays of the outbox. They share its keys by hash slice, each slice owned by one relay at a time, so
   * order per key holds; when a relay leaves or dies, the others take its slices. `onWritten` is called when rows may
   * have been written: only a hint, since relays also poll.
   */
  join(onWritten: () => void): Promise<OutboxShare>;
  lag(): Promise<OutboxLag>;
  /** The rows that are parked now, latest first, at most some hundreds; without their values, which may be large. */
  parked(): Promise<readonly ParkedRow[]>;
}

/** Limits of one drain: the first one reached applies, but at least one row is taken. */
export interface DrainLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** Result of one drain. */
export interface Drained {
  readonly published: number;
  /** Rows that no topic accepts, with the reason: they now wait for an operator and block nothing. */
  readonly parked: readonly ParkedRow[];
  /** A limit was reached, so more rows may wait. */
  readonly more: boolean;
}

/** A row that no topic accepts. */
export interface ParkedRow {
  readonly row: Omit<OutboxRow, 'value'>;
  readonly reason: string;
}

/** One relay's share of the outbox. Unusable after an error: leave it and join again. */
export interface OutboxShare {
  /**
   * Runs `publish` on the oldest waiting rows of our slices, and marks them as published when it resolves. If it throws
   * a `PublishError`, the stored rows are still marked and the too large ones are parked; rejects if others remain.
   */
  drain(limits: DrainLimits, publish: (rows: readonly OutboxRow[]) => Promise<void>): Promise<Drained>;
  /** Releases the slices; never rejects. */
  leave(): Promise<void>;
}
