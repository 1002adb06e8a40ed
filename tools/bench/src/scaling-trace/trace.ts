/** Requests that come at once: one, or a fraction of many in a fluid. */
export interface Arrival {
  /** ms since the beginning. */
  readonly at: number;
  readonly count: number;
  /** How long one holds its place, ms. */
  readonly durationMs: number;
  /** From the moment it has a place to its first token, ms. */
  readonly prefillMs: number;
}

/** What one workload gets, and what its replicas can do. */
export interface WorkloadTrace {
  readonly name: string;
  readonly lengthMs: number;
  /** Resolution of the simulation, ms; a divisor of 1,000. */
  readonly stepMs: number;
  /** In order of time. */
  readonly arrivals: readonly Arrival[];
  /** Requests that one replica serves at once. */
  readonly slots: number;
  /** Replicas for the peak; more are never used. */
  readonly peakReplicas: number;
  /** Replicas that somebody who knows the trace would run at a time. */
  readonly needed: (atMs: number) => number;
}

/** Length of the part of the trace that is read at a time, ms. */
const WINDOW_MS = 10_000;
const CRUMB = 1e-9;

/** Replicas for the requests in progress if each found a place at once, by ten seconds: at the peak, and at a time. */
export function replicasFor(
  arrivals: readonly Arrival[],
  lengthMs: number,
  slots: number,
): Pick<WorkloadTrace, 'peakReplicas' | 'needed'> {
  const offered = offeredConcurrency(arrivals, lengthMs).map((load) => Math.ceil(load / slots - CRUMB));
  return {
    peakReplicas: offered.reduce((most, replicas) => Math.max(most, replicas), 1),
    needed: (atMs) => offered[Math.floor(atMs / WINDOW_MS)] ?? 0,
  };
}

/** Average by window; a constant number of steps for each arrival and window it reaches into. */
function offeredConcurrency(arrivals: readonly Arrival[], lengthMs: number): Float64Array {
  const offered = new Float64Array(Math.ceil(lengthMs / WINDOW_MS) + 1);
  for (const { at, count, durationMs } of arrivals) {
    for (let from = at; from < at + durationMs;) {
      const window = Math.floor(from / WINDOW_MS);
      if (window >= offered.length) break;
      const to = Math.min(at + durationMs, (window + 1) * WINDOW_MS);
      offered[window] = (offered[window] ?? 0) + (count * (to - from)) / WINDOW_MS;
      from = to;
    }
  }
  return offered;
}
