import type { FeedAnswer, FeedSnapshot } from '@tessera/contracts-internal/gateway';
import type { realPacing } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';

/** The API's feed of keys, subjects, aliases and limits. */
export interface FeedSource {
  /** A long poll: resolves with the snapshot after version `since` once there is one, or without one after a while. */
  ask(since: string | undefined, signal: AbortSignal): Promise<FeedAnswer>;
}

export interface FeedOptions {
  readonly source: FeedSource;
  /** Called with the whole snapshot after every change. */
  readonly onSnapshot: (snapshot: FeedSnapshot) => void;
  readonly logger: Logger;
  readonly pacing: Pick<typeof realPacing, 'pause' | 'backoffMs'>;
}

/** Consecutive failures before a warning is logged: a few are normal while an API process restarts. */
const FAILURES = 3;

/**
 * Follows the API's feed by long polling. While the API cannot be reached, the last snapshot stays in use. Before the
 * first snapshot, keys and subjects are unknown, which is not the same as an empty list.
 */
export class Feed {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private polled = false;
  private version: string | undefined;
  private failures = 0;

  constructor(private readonly options: FeedOptions) {}

  start(): void {
    this.running = this.run();
  }

  /** Cancels the open request; resolves once it has ended. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Why the gateway is not ready: the first request is still open. Undefined once it has a response or has failed. */
  notReady(): string | undefined {
    return this.polled ? undefined : 'the first request for keys and subjects to the API is still open';
  }

  private async run(): Promise<void> {
    const { pacing } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.poll(signal);
        if (this.failures >= FAILURES) this.options.logger.info('connection to the API restored');
        this.failures = 0;
      } catch (err) {
        if (signal.aborted) return;
        this.failures += 1;
        if (this.failures === FAILURES)
          this.options.logger.warn({ err }, 'cannot reach the API; keeping the last known keys and subjects');
        await pacing.pause(pacing.backoffMs(this.failures), signal);
      } finally {
        this.polled = true;
      }
    }
  }

  private async poll(signal: AbortSignal): Promise<void> {
    const { source, onSnapshot } = this.options;
    const { version, snapshot } = await source.ask(this.version, signal);
    if (snapshot === undefined) return;
    onSnapshot(snapshot);
    this.version = version;
  }
}
