/** What is seen of a workload when a decision is due. Times in ms since the epoch. Plain data. */
export interface ScalingObservation {
  readonly now: number;
  /** What was decided before, whether or not it is there yet. */
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  /** Replicas that have a place and are starting, and those that are ready for too short to be judged; default 0. */
  readonly warmingReplicas?: number;
  /** Replicas that fit nowhere, and why. They are wished for and count as no capacity. */
  readonly unplaced?: { readonly replicas: number; readonly verdict: string };
  /** Requests at this moment: those in progress and those that the gateways hold. */
  readonly requests: number;
  /** When the newest request came or ended; undefined where none is known. */
  readonly lastRequestAt?: number;
  /**
   * Averages of the load over the two windows, of {@link LoadWindow}: requests per second for `throughput` and
   * `activity`, requests at once for `concurrency`. Absent without data.
   */
  readonly load?: { readonly stable?: number; readonly panic?: number };
  /** Percentile over the window without cold requests and warming replicas. */
  readonly latency?: { readonly ms: number; readonly samples: number };
  /** Value of a metric by name, averaged over the ready replicas; absent where the series is missing. */
  readonly valuePerReplica?: number;
  /** What the last starts took, ms; default half a minute. */
  readonly coldStartMs?: number;
}

/** A cold start of a model that nothing is known of, ms. */
export const COLD_START_MS = 30_000;
