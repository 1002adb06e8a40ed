import type { FeedAnswer, FeedSnapshot } from '@tessera/contracts-internal/gateway';
import type { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';

/** Where the feed comes from. */
export interface FeedSource {
  /** What is new since that version, as soon as there is something. */
  ask(since: string | undefined, signal: AbortSignal): Promise<FeedAnswer>;
}

export interface FeedOptions {
  readonly source: FeedSource;
  /** Called with everything after every change. */
  readonly onSnapshot: (snapshot: FeedSnapshot) => void;
  readonly logger: Logger;
  readonly pacing: Pick<typeof realPacing, 'pause' | 'backoffMs'>;
}

/** Failures in a row before the log says so: an API that restarts misses some. */
const FAILURES = 3;

/**
 * Hears from the API what changes. While the API does not answer, everything stays as it was heard last; what was never
 * heard is unknown, which is not the same as nothing.
 */
export class Feed {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private asked = false;
  private version: string | undefined;
  private failures = 0;

  constructor(private readonly options: FeedOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Resolves once the open request has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** The first request is open, so keys are not known yet; undefined once it has an answer or has failed. */
  notReady(): string | undefined {
    return this.asked ? undefined : 'the API has not been heard yet';
  }

  private async run(): Promise<void> {
    const { pacing } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.hear(signal);
        if (this.failures >= FAILURES) this.options.logger.info('the API is heard again');
        this.failures = 0;
      } catch (err) {
        if (signal.aborted) return;
        this.failures += 1;
        if (this.failures === FAILURES)
          this.options.logger.warn({ err }, 'the API is not heard; keys and subjects stay as they were');
        await pacing.pause(pacing.backoffMs(this.failures), signal);
      } finally {
        this.asked = true;
      }
    }
  }

  private async hear(signal: AbortSignal): Promise<void> {
    const { source, onSnapshot } = this.options;
    const { version, snapshot } = await source.ask(this.version, signal);
    if (snapshot === undefined) return;
    onSnapshot(snapshot);
    this.version = version;
  }
}
