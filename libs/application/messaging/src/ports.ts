import type { EventRecord, Topic } from '@tessera/contracts-events';

/** A record on its way to a topic. */
export interface OutgoingRecord extends EventRecord {
  readonly topic: string;
}

/** A record read from a topic, with its coordinates. */
export interface IncomingRecord extends EventRecord {
  readonly topic: string;
  readonly partition: number;
  /** Decimal; grows within a partition. */
  readonly offset: string;
  /** Milliseconds since the epoch at which the log took it. */
  readonly timestamp: number;
}

/** What a subscriber wants. */
export interface SubscribeOptions {
  /** Consumers of one group share the partitions; groups are independent of each other. */
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * Handles records of one partition, in order. When it resolves they are committed; when it throws nothing of the batch
   * is committed, the partition is paused for a while, and it is delivered again. So a record may come twice, and never be
   * lost. However long it takes, the subscription stays a member of its group meanwhile.
   */
  readonly handle: (batch: readonly IncomingRecord[], context: BatchContext) => Promise<void>;
}

export interface BatchContext {
  /** Aborted when the subscription stops or loses the partition. */
  readonly signal: AbortSignal;
}

export interface Subscription {
  /** Finishes or releases what is in hand, commits what was handled, leaves the group. */
  stop(): Promise<void>;
}

/** A topic as the log has it. */
export interface TopicState extends Topic {
  readonly partitions: number;
  /** Copies of each record; undefined where the log keeps none of its own. */
  readonly replication: number | undefined;
}

/**
 * The log between services. Kafka, or its stand-in on Postgres; one contract suite holds both: order per key, consumer
 * groups, at least once, resume after a crash, many groups on one topic, a new group starts at the beginning.
 */
export interface EventLog {
  /** Creates what is missing; settings of existing topics are left alone. */
  ensureTopics(topics: readonly Topic[]): Promise<void>;
  /** Settings of those of the topics that exist, in no order. */
  describeTopics(names: readonly string[]): Promise<readonly TopicState[]>;
  /**
   * Resolves once all records are stored durably; order per key is kept. Throws when any was not: a `PublishError` where it is
   * known of each record what became of it. A record larger than its topic takes is refused alone, and the others are stored.
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  subscribe(options: SubscribeOptions): Promise<Subscription>;
  /** Names of all topics, in no order. */
  topicNames(): Promise<readonly string[]>;
  /**
   * Calls `each` for every record that stands in the topics now, in order per partition, and ends. Commits nothing and
   * disturbs no group: for people who look.
   */
  read(topics: readonly string[], each: (record: IncomingRecord) => void): Promise<void>;
  /** Why the log cannot be used now; undefined when it can. */
  unavailable(): Promise<string | undefined>;
  close(): Promise<void>;
}

/** A row of an outbox: written in the transaction of its use case, published later. */
export interface OutboxRow extends OutgoingRecord {
  /** Grows with the order of writing. */
  readonly id: string;
}

/** Rows that wait to be published and the age of the oldest, ms. */
export interface OutboxLag {
  readonly rows: number;
  readonly oldestMs: number;
  /** Rows that no topic takes: kept, and left out. */
  readonly parked: number;
}

/** The relays' view of an outbox. */
export interface OutboxReader {
  /**
   * Joins the relays of the outbox. They share its keys by hash slice, each slice with one of them at a time, so order per
   * key holds; a relay that leaves or dies gives its slices to the others. `onWritten` is called when rows may have been
   * written: a hint only, polling stands behind it.
   */
  join(onWritten: () => void): Promise<OutboxShare>;
  lag(): Promise<OutboxLag>;
}

/** How much one look takes at most: whatever is reached first, but always one row. */
export interface DrainLimits {
  readonly rows: number;
  readonly bytes: number;
}

/** What one look at an outbox came to. */
export interface Drained {
  readonly published: number;
  /** Rows that no topic takes, with what was wrong: from now on they wait for a person, and hold nobody up. */
  readonly parked: readonly ParkedRow[];
  /** The limits were reached, so that more may wait. */
  readonly more: boolean;
}

export interface ParkedRow {
  readonly row: OutboxRow;
  readonly reason: string;
}

/** What one relay has of an outbox. Unusable after an error: leave it and join again. */
export interface OutboxShare {
  /**
   * Runs `publish` on the oldest rows of our slices that wait, and marks them as published when it resolves. Where it throws a
   * `PublishError`, those that were stored are marked all the same, and those that are too large are parked; rejects where
   * others are left.
   */
  drain(limits: DrainLimits, publish: (rows: readonly OutboxRow[]) => Promise<void>): Promise<Drained>;
  /** Gives the slices back; never rejects. */
  leave(): Promise<void>;
}
