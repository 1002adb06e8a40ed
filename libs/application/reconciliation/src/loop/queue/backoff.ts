const FIRST_MS = 200;
const MOST_MS = 30_000;

/** Delays between retries of a failed reconcile: each twice the previous one, up to 30 s. */
export class ExponentialBackoff {
  private readonly failures = new Map<string, number>();

  /** Counts a failure; returns the delay before the next retry, ms. */
  next(key: string): number {
    const count = this.failures.get(key) ?? 0;
    this.failures.set(key, count + 1);
    return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(count, 20));
  }

  /** Resets the count after a success. */
  end(key: string): void {
    this.failures.delete(key);
  }
}
