import type { MonotonicClock } from '@tessera/kernel';

/** Time as loops use it; the caller passes the real clock, a test its own. */
export interface Pacing extends MonotonicClock {
  /** Resolves after `ms`, or at once if the signal is aborted. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Delay before the next attempt after `failures` in a row, ms. */
  backoffMs(failures: number): number;
}
