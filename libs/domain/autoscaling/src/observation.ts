/** Inputs of a scaling decision. Times in ms since the epoch. Plain data. */
export interface ScalingObservation {
  readonly now: number;
  /** Number of the previous decision, whether or not it has been reached. */
  readonly currentReplicas: number;
  readonly readyReplicas: number;
  /** Replicas that are placed and starting, and those ready for too short a time to be measured; default 0. */
  readonly warmingReplicas?: number;
  /** Replicas that fit on no node, and why. They are wanted and do not count as capacity. */
  readonly unplaced?: { readonly replicas: number; readonly verdict: string };
  /** Requests at this moment: those in progress and those that the gateways hold. */
  readonly requests: number;
  /** When the latest request arrived or ended; undefined where none is known. */
  readonly lastRequestAt?: number;
  /**
   * Averages of the load over the two windows, of {@link LoadWindow}: requests per second for `throughput` and
   * `activity`, requests at once for `concurrency`. Absent without data.
   */
  readonly load?: { readonly stable?: number; readonly panic?: number };
  /** Percentile over the window without cold requests and warming replicas. */
  readonly latency?: { readonly ms: number; readonly samples: number };
  /** Value of the custom metric, averaged over the replicas that have one; absent where the series is missing. */
  readonly valuePerReplica?: number;
  /** Ready replicas that have a value; default all of them. */
  readonly measuredReplicas?: number;
  /** Why there is no value. */
  readonly valueMissing?: string;
  /** Duration of recent cold starts, ms; default half a minute. */
  readonly coldStartMs?: number;
}

/** Assumed duration of a cold start where none was measured, ms. */
export const COLD_START_MS = 30_000;
