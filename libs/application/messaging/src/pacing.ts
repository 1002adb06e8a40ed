/** Time, as loops need it; the caller brings the real one, a test its own. */
export interface Pacing {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Pause before the next try after `failures` in a row, ms. */
  backoffMs(failures: number): number;
}
