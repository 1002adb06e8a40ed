import type { EventLog, OutboxReader } from '@tessera/application-messaging';
import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';

const BATCH = 200;
/** Longest sleep without a hint, ms. */
const IDLE_MS = 1_000;
/** Published rows are kept this long, for people who look for them. */
const KEPT_MS = 24 * 3600_000;
const PRUNE_EVERY_MS = 10 * 60_000;
const BACKOFF = { firstMs: 200, maxMs: 10_000 };

/** Moves rows of the outbox to the event log, in order, for as long as the process runs. */
export class RelayLoop {
  private readonly stopping = new AbortController();
  private wakeUp = new AbortController();
  private running: Promise<void> | undefined;
  private listener: { close(): Promise<void> } | undefined;

  constructor(
    private readonly outbox: OutboxReader,
    private readonly log: EventLog,
    private readonly logger: Logger,
    private readonly onPublished: (rows: number) => void = () => undefined,
  ) {}

  async start(): Promise<void> {
    this.listener = await this.outbox.onWritten(() => this.wakeUp.abort());
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
    let failures = 0;
    let pruneAt = Date.now() + PRUNE_EVERY_MS;
    while (!this.stopping.signal.aborted) {
      try {
        const rows = await this.outbox.drain(BATCH, (batch) => this.log.publish(batch));
        failures = 0;
        if (rows > 0) this.onPublished(rows);
        if (Date.now() > pruneAt) {
          await this.outbox.prune(KEPT_MS);
          pruneAt = Date.now() + PRUNE_EVERY_MS;
        }
        if (rows === BATCH) continue;
      } catch (error) {
        failures += 1;
        this.logger.warn({ err: error, failures }, 'the outbox could not be relayed');
        await pause(backoffMs(failures, BACKOFF, Math.random()), this.stopping.signal);
      }
      await pause(IDLE_MS, this.wakeUp.signal);
      if (!this.stopping.signal.aborted) this.wakeUp = new AbortController();
    }
  }
}
