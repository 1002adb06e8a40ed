/** Settings of one topic. Partition counts never change within v1. */
export interface Topic {
  readonly name: string;
  /** `compact` keeps the latest record per key; `delete` keeps everything for the retention. */
  readonly cleanup: 'compact' | 'delete';
  /** Milliseconds; -1 means no limit. */
  readonly retentionMs: number;
  /** How much larger its records may be than those of other topics, bytes. */
  readonly headroomBytes?: number;
}

const WEEK_MS = 7 * 24 * 3600_000;

/** Desired states for one cluster's scheduler. */
export const commandsTopic = (prefix: string, clusterId: string): Topic => ({
  name: `${prefix}.${clusterId}.commands.v1`,
  cleanup: 'delete',
  retentionMs: WEEK_MS,
});

/** Public events of all clusters. */
export const eventsTopic = (prefix: string): Topic => ({
  name: `${prefix}.inference.events.v1`,
  cleanup: 'delete',
  retentionMs: WEEK_MS,
});

/** Latest state of each workload; a tombstone once it is deleted. */
export const workloadsTopic = (prefix: string): Topic => ({
  name: `${prefix}.inference.workloads.v1`,
  cleanup: 'compact',
  retentionMs: -1,
});

/** What gateways served, by minute. */
export const usageTopic = (prefix: string): Topic => ({
  name: `${prefix}.inference.usage.v1`,
  cleanup: 'delete',
  retentionMs: WEEK_MS,
});

/** Marks of how dead letters were resolved. The marks are kept longer than the letters. */
export const deadLetterMarksTopic = (prefix: string): Topic => ({
  name: `${prefix}.dead-letter-marks.v1`,
  cleanup: 'delete',
  retentionMs: 5 * WEEK_MS,
});

/** Dead-letter topic, for records that their consumer cannot process. */
export const deadLetterTopic = (topic: string): Topic => ({
  name: `${topic}.dlq`,
  cleanup: 'delete',
  retentionMs: 4 * WEEK_MS,
  // The original record, and the reason of the failure.
  headroomBytes: 16_384,
});
