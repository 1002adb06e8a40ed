import { backoffMs, pause } from './retry';

const BACKOFF = { firstMs: 200, maxMs: 10_000 };

/** Real time for loops: clock, sleep that a signal ends, and capped exponential back-off with jitter. */
export const realPacing = {
  now: (): number => Date.now(),
  pause,
  backoffMs: (failures: number): number => backoffMs(failures, BACKOFF, Math.random()),
};

/** The wall clock. */
export const systemClock = { now: (): number => Date.now() };
