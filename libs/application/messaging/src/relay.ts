import type { Pacing } from './pacing';
import type { EventLog, OutboxReader, OutboxShare } from './ports';

/** Rows moved at once. */
const BATCH = 500;
/** Longest sleep without a hint, ms. */
const IDLE_MS = 1_000;
/** Published rows are kept this long, for people who look for them. */
const KEPT_MS = 24 * 3600_000;
const PRUNE_EVERY_MS = 10 * 60_000;

export interface RelayOptions {
  readonly outbox: OutboxReader;
  readonly log: Pick<EventLog, 'publish'>;
  readonly pacing: Pacing;
  /** Told of every failure in a row; the rows stay and are tried again. */
  readonly onFailure: (error: unknown, failures: number) => void;
  readonly onPublished?: (rows: number) => void;
  /** Further old rows to remove from time to time, such as claims of an inbox. */
  readonly prune?: () => Promise<unknown>;
}

/**
 * Moves rows of an outbox to the event log, in order per key, for as long as the process runs. Several relays of one
 * outbox share the work. A failure of the database or the log is waited for without limit.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private wakeUp = new AbortController();
  private running: Promise<void> | undefined;
  private share: OutboxShare | undefined;
  private pruneAt = 0;

  constructor(private readonly on: RelayOptions) {}

  /** Rejects when the outbox cannot be reached at all; later losses are waited for. */
  async start(): Promise<void> {
    this.pruneAt = this.on.pacing.now() + PRUNE_EVERY_MS;
    this.share = await this.join();
    this.running = this.run();
  }

  /** Resolves when the batch in hand is published or given back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.abort();
    await this.running;
    await this.share?.leave();
  }

  private async run(): Promise<void> {
    const { pacing, onFailure } = this.on;
    for (let failures = 0; !this.stopping.signal.aborted;) {
      this.wakeUp = new AbortController();
      try {
        const rows = await this.round();
        failures = 0;
        // A full batch: more may wait.
        if (rows < BATCH)
          await pacing.pause(IDLE_MS, AbortSignal.any([this.wakeUp.signal, this.stopping.signal]));
      } catch (error) {
        failures += 1;
        onFailure(error, failures);
        await this.share?.leave();
        this.share = undefined;
        await pacing.pause(pacing.backoffMs(failures), this.stopping.signal);
      }
    }
  }

  private async round(): Promise<number> {
    const { outbox, log, pacing, onPublished, prune } = this.on;
    this.share ??= await this.join();
    const rows = await this.share.drain(BATCH, (batch) => log.publish(batch));
    if (rows > 0) onPublished?.(rows);
    if (pacing.now() > this.pruneAt) {
      this.pruneAt = pacing.now() + PRUNE_EVERY_MS;
      await outbox.prune(KEPT_MS);
      await prune?.();
    }
    return rows;
  }

  private join(): Promise<OutboxShare> {
    return this.on.outbox.join(() => this.wakeUp.abort());
  }
}
