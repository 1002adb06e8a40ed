/** How long a scrape waits for another service, ms: less than the shortest time limit of a scrape, 1 s. */
const LIMIT_MS = 700;
/** How long the last answer is used if there is no newer one, ms. */
const COUNTS_MS = 30_000;

export interface AtScrapeOptions {
  readonly limitMs?: number;
  /** A monotonic clock in ms; default that of the process. */
  readonly now?: () => number;
}

/**
 * Values that gauges read from another service, such as the database, at each scrape. That service may be slow, frozen
 * or gone: then the last answer is used for a while, and after that there is none. A scrape never fails or waits for
 * it, because all other metrics of the process, and the alerts on them, would be lost with it.
 */
export class AtScrape<T> {
  private asking: Promise<T | undefined> | undefined;
  private last: { readonly answer: T; readonly at: number } | undefined;
  private readonly limitMs: number;
  private readonly now: () => number;

  constructor(
    private readonly read: () => Promise<T>,
    { limitMs = LIMIT_MS, now = () => performance.now() }: AtScrapeOptions = {},
  ) {
    this.limitMs = limitMs;
    this.now = now;
  }

  /** Never rejects. All gauges of a scrape ask at the same time, so one reading serves all of them. */
  async answer(): Promise<T | undefined> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    let limit: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      limit = setTimeout(resolve, this.limitMs, undefined);
    });
    const answer = await Promise.race([this.asking, late]).finally(() => clearTimeout(limit));
    if (answer !== undefined) return answer;
    return this.last !== undefined && this.now() - this.last.at < COUNTS_MS ? this.last.answer : undefined;
  }

  private async ask(): Promise<T | undefined> {
    try {
      const answer = await this.read();
      this.last = { answer, at: this.now() };
      return answer;
    } catch {
      // The cause is what `tessera_check_failed` and the log are for.
      return undefined;
    }
  }
}
