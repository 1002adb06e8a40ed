import { setTimeout } from 'node:timers/promises';

/** Intervals between two calls, ms: the first, and the longest. */
const POLL = { firstMs: 25, maxMs: 100 };
/** In between, so much of the time that has passed. */
const SHARE = 0.05;

/**
 * Calls `check` until it does not throw and returns its result; throws its last error after `limitMs`. The longer it
 * waits the less often it asks: what it asks has to run on the same machine.
 */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = 10_000): Promise<T> {
  const began = performance.now();
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() - began > limitMs) throw error;
    }
    const passedMs = performance.now() - began;
    await setTimeout(Math.min(POLL.maxMs, Math.max(POLL.firstMs, passedMs * SHARE)));
  }
}
