import { backoffMs, pause } from './retry';

/** Low maximum, so that a service that is back, such as a broker, is noticed within seconds after any downtime. */
const BACKOFF = { firstMs: 200, maxMs: 2_000 };

/** Real time for loops: monotonic clock, abortable sleep, and capped exponential backoff with jitter. */
export const realPacing = {
  elapsedMs: (): number => performance.now(),
  pause,
  backoffMs: (failures: number): number => backoffMs(failures, BACKOFF, Math.random()),
};

/** The clocks of this machine: the wall clock, and a monotonic one. */
export const systemClock = {
  now: (): number => Date.now(),
  elapsedMs: (): number => performance.now(),
};
