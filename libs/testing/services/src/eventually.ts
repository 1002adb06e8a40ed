import { setTimeout } from 'node:timers/promises';

/** Poll interval, ms. */
const RECONCILE_EVERY_MS = 25;

/** Calls `check` until it does not throw; throws its last error after `limitMs`. */
export async function eventually(check: () => unknown, limitMs = 10_000): Promise<void> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await setTimeout(RECONCILE_EVERY_MS);
  }
}
