import { exponentialMs, type Backoff } from '@tessera/kernel';

/**
 * Delay before attempt `attempt` (1-based), ms: capped exponential backoff with equal jitter, so at least half of what it
 * would be without, and not all clients at once. `random` is in [0, 1).
 */
export function backoffMs(attempt: number, limits: Backoff, random: number): number {
  return Math.round(exponentialMs(attempt, limits) * (0.5 + random / 2));
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/**
 * Runs `attempt` until it succeeds, with exponential backoff. Rejects with the last error after `attempts` attempts
 * (default: unlimited), if `isFinal` returns true for an error, or once the signal is aborted.
 */
export async function retry<T>(
  attempt: () => Promise<T>,
  options: Backoff & {
    readonly attempts?: number;
    readonly signal?: AbortSignal;
    readonly isFinal?: (error: unknown) => boolean;
    readonly onRetry?: (error: unknown, attempt: number) => void;
  },
): Promise<T> {
  for (let count = 1; ; count += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (options.isFinal?.(error) || count === options.attempts || options.signal?.aborted) throw error;
      options.onRetry?.(error, count);
      await pause(backoffMs(count, options, Math.random()), options.signal);
      if (options.signal?.aborted) throw error;
    }
  }
}
