import { pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { boundedText, TooLongError } from '../bounded-text';
import { parseExposition } from './exposition';
import type { SampleStore } from './sample-store';

export interface ScraperOptions {
  /** Addresses of exposition pages. */
  readonly targets: readonly string[];
  readonly store: SampleStore;
  /** Metric names to store. */
  readonly wanted: ReadonlySet<string>;
  readonly intervalMs: number;
  /** The wall clock, for the times of samples. */
  readonly clock: { now(): number };
  readonly logger: Logger;
  /** Largest page that is read, bytes; default 256 MiB. */
  readonly maxPageBytes?: number;
  /** Called after every scrape of a target. */
  readonly onScrape?: (target: string, ok: boolean, seconds: number) => void;
}

/** Minimum timeout of a scrape, even if the interval is shorter, ms. */
const LEAST_TIMEOUT_MS = 1_000;
const MOST_TIMEOUT_MS = 10_000;
const MAX_PAGE_BYTES = 256 * 1_048_576;

/** Scrapes all targets periodically. A target that cannot be read has no values from then on; others are unaffected. */
export class Scraper {
  private readonly stopping = new AbortController();
  private readonly up = new Map<string, boolean>();
  private running: Promise<void> | undefined;
  private rounds = 0;

  constructor(private readonly options: ScraperOptions) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Reason why there is no data yet; undefined once every target was scraped. */
  notReady(): string | undefined {
    return this.rounds > 0 ? undefined : 'the first scrape has not finished';
  }

  /** One scrape of every target. */
  async scrapeAll(): Promise<void> {
    await Promise.all(this.options.targets.map((target) => this.scrape(target)));
    this.rounds += 1;
  }

  private async run(): Promise<void> {
    const { intervalMs } = this.options;
    while (!this.stopping.signal.aborted) {
      const due = performance.now() + intervalMs;
      await this.scrapeAll();
      await pause(Math.max(0, due - performance.now()), this.stopping.signal);
    }
  }

  private async scrape(target: string): Promise<void> {
    const { store, wanted, clock } = this.options;
    const at = clock.now();
    const began = performance.now();
    const page = await this.read(target);
    if (this.stopping.signal.aborted) return;
    try {
      if (page instanceof Error) throw page;
      store.append(target, at, [...parseExposition(page, (name) => wanted.has(name))]);
      this.note(target, true, began);
    } catch (error) {
      store.append(target, at, []);
      this.note(target, false, began, error);
    }
  }

  private async read(target: string): Promise<string | Error> {
    const limit = Math.min(MOST_TIMEOUT_MS, Math.max(LEAST_TIMEOUT_MS, this.options.intervalMs));
    try {
      const response = await fetch(target, {
        signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(limit)]),
      });
      const text = await boundedText(response, this.options.maxPageBytes ?? MAX_PAGE_BYTES);
      return response.ok ? text : new Error(`answered ${response.status}`);
    } catch (error) {
      return error instanceof TooLongError ? new Error(`its page is ${error.message}`) : (error as Error);
    }
  }

  private note(target: string, ok: boolean, began: number, error?: unknown): void {
    const { logger, onScrape } = this.options;
    onScrape?.(target, ok, (performance.now() - began) / 1000);
    if (this.up.get(target) === ok) return;
    this.up.set(target, ok);
    if (ok) logger.info({ target }, 'scrape target answers');
    else logger.warn({ target, err: error }, 'scrape target cannot be read');
  }
}
