import type { EventLog, OutboxReader } from './ports';
import type { Pacing } from './pacing';

/** Rows moved at once. */
const BATCH = 500;
/** Longest sleep without a hint, ms. */
const IDLE_MS = 1_000;
/** Published rows are kept this long, for people who look for them. */
const KEPT_MS = 24 * 3600_000;
const PRUNE_EVERY_MS = 10 * 60_000;

export interface RelayOptions {
  readonly outbox: OutboxReader;
  readonly log: EventLog;
  readonly pacing: Pacing;
  /** Told of every failure in a row; the rows stay and are tried again. */
  readonly onFailure: (error: unknown, failures: number) => void;
  readonly onPublished?: (rows: number) => void;
}

/** Moves rows of an outbox to the event log, in order, for as long as the process runs. */
export class Relay {
  private readonly stopping = new AbortController();
  private wakeUp = new AbortController();
  private running: Promise<void> | undefined;
  private listener: { close(): Promise<void> } | undefined;

  constructor(private readonly on: RelayOptions) {}

  async start(): Promise<void> {
    this.listener = await this.on.outbox.onWritten(() => this.wakeUp.abort());
    this.running = this.run();
  }

  /** Resolves when the batch in hand is published or given back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.abort();
    await this.running;
    await this.listener?.close();
  }

  private async run(): Promise<void> {
    const { outbox, pacing } = this.on;
    let failures = 0;
    let pruneAt = pacing.now() + PRUNE_EVERY_MS;
    while (!this.stopping.signal.aborted) {
      this.wakeUp = new AbortController();
      try {
        const rows = await outbox.drain(BATCH, (batch) => this.on.log.publish(batch));
        failures = 0;
        if (rows > 0) this.on.onPublished?.(rows);
        if (pacing.now() > pruneAt) {
          await outbox.prune(KEPT_MS);
          pruneAt = pacing.now() + PRUNE_EVERY_MS;
        }
        if (rows === BATCH) continue;
      } catch (error) {
        failures += 1;
        this.on.onFailure(error, failures);
        await pacing.pause(pacing.backoffMs(failures), this.stopping.signal);
        continue;
      }
      await pacing.pause(IDLE_MS, AbortSignal.any([this.wakeUp.signal, this.stopping.signal]));
    }
  }
}
