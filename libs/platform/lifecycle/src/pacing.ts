import { backoffMs, pause } from './retry';

/** Short at the most: what was away and is back, such as a broker, is noticed within seconds however long it was away. */
const BACKOFF = { firstMs: 200, maxMs: 2_000 };

/** Real time for loops: clock, sleep that a signal ends, and capped exponential back-off with jitter. */
export const realPacing = {
  now: (): number => Date.now(),
  pause,
  backoffMs: (failures: number): number => backoffMs(failures, BACKOFF, Math.random()),
};

/** The wall clock. */
export const systemClock = { now: (): number => Date.now() };
