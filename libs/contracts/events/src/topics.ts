/** Settings of one topic. Partition counts never change within v1. */
export interface Topic {
  readonly name: string;
  /** `compact` keeps the latest record per key; `delete` keeps everything for the retention. */
  readonly cleanup: 'compact' | 'delete';
  /** Milliseconds; -1 keeps for ever. */
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

/** Public facts of all clusters. */
export const eventsTopic = (prefix: string): Topic => ({
  name: `${prefix}.inference.events.v1`,
  cleanup: 'delete',
  retentionMs: WEEK_MS,
});

/** Latest state of each workload; a tombstone once it is gone. */
export const workloadsTopic = (prefix: string): Topic => ({
  name: `${prefix}.inference.workloads.v1`,
  cleanup: 'compact',
  retentionMs: -1,
});

/** What was done about dead letters. Its marks outlive the letters that they speak of. */
export const deadLetterMarksTopic = (prefix: string): Topic => ({
  name: `${prefix}.dead-letter-marks.v1`,
  cleanup: 'delete',
  retentionMs: 5 * WEEK_MS,
});

/** Where a record goes that its consumer cannot handle. */
export const deadLetterTopic = (topic: string): Topic => ({
  name: `${topic}.dlq`,
  cleanup: 'delete',
  retentionMs: 4 * WEEK_MS,
  // The record as it came, and why it is here.
  headroomBytes: 16_384,
});
