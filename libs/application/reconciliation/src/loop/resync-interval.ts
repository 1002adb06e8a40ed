/**
 * A reconcile takes a third of a millisecond; with this interval full resyncs use a thirtieth of a core, however many
 * workloads there are.
 */
const RESYNC_MS_PER_WORKLOAD = 10;

/** Interval between full resyncs, ms: at least `leastMs`. */
export const resyncIntervalMs = (leastMs: number, workloads: number): number =>
  Math.max(leastMs, workloads * RESYNC_MS_PER_WORKLOAD);
