const FIRST_MS = 200;
const MOST_MS = 30_000;

/** Pauses before another look at what failed: each twice as long as the one before it, up to half a minute. */
export class ExponentialBackoff {
  private readonly failures = new Map<string, number>();

  /** One more failure; gives the pause that follows it, ms. */
  next(key: string): number {
    const count = this.failures.get(key) ?? 0;
    this.failures.set(key, count + 1);
    return Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(count, 20));
  }

  /** It went well: the next failure is a first one. */
  end(key: string): void {
    this.failures.delete(key);
  }
}
