import { exponentialMs } from '@tessera/kernel';

const LIMITS = { firstMs: 200, maxMs: 30_000 };

/**
 * Delays between retries of a failed reconcile: each twice the previous one, up to 30 s. Without jitter: one leader
 * reconciles, and the capacity in flight bounds how many of its retries run at once.
 */
export class ExponentialBackoff {
  private readonly failures = new Map<string, number>();

  /** Counts a failure; returns the delay before the next retry, ms. */
  next(key: string): number {
    const count = (this.failures.get(key) ?? 0) + 1;
    this.failures.set(key, count);
    return exponentialMs(count, LIMITS);
  }

  /** Resets the count after a success. */
  end(key: string): void {
    this.failures.delete(key);
  }
}
