import { setTimeout } from 'node:timers/promises';

/** Poll interval, ms. */
const POLL_MS = 25;

/** Calls `check` until it does not throw and returns its result; throws its last error after `limitMs`. */
export async function eventually<T>(check: () => T | Promise<T>, limitMs = 10_000): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await setTimeout(POLL_MS);
  }
}
