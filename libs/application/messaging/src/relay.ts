import type { Pacing } from './pacing';
import type { DrainLimits, Drained, EventLog, OutboxReader, OutboxShare, ParkedRow } from './ports';

/** Rows moved at once, by number and by bytes: they are held in memory until the log has them. */
const LIMITS: DrainLimits = { rows: 500, bytes: 8 * 1_048_576 };
/** Longest sleep without a hint, ms. */
const IDLE_MS = 1_000;
/** A relay that has failed for so long is told as stuck, ms: longer than a broker takes to come back. */
const STUCK_MS = 30_000;

export interface RelayOptions {
  readonly outbox: OutboxReader;
  readonly log: Pick<EventLog, 'publish'>;
  readonly pacing: Pacing;
  /** Told of every failure in a row; the rows stay and are tried again. */
  readonly onFailure: (error: unknown, failures: number) => void;
  readonly onPublished?: (rows: number) => void;
  /** Told of rows that no topic takes. What it throws is a failure of its own: the rows stay parked. */
  readonly onParked?: (rows: readonly ParkedRow[]) => Promise<void> | void;
  /** Called with each round, whatever came of it: a sign that the loop runs. */
  readonly onRound?: () => void;
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
  private trouble: { readonly since: number; readonly cause: string } | undefined;

  constructor(private readonly on: RelayOptions) {}

  /** Rejects when the outbox cannot be reached at all; later losses are waited for. */
  async start(): Promise<void> {
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

  /** Why nothing has left the outbox for a while; undefined where it goes on. For readiness checks. */
  stuck(): string | undefined {
    if (this.trouble === undefined) return undefined;
    const ms = this.on.pacing.now() - this.trouble.since;
    return ms < STUCK_MS
      ? undefined
      : `no row could be published for ${Math.round(ms / 1000)} s: ${this.trouble.cause}`;
  }

  private async run(): Promise<void> {
    const { pacing, onFailure, onRound } = this.on;
    for (let failures = 0; !this.stopping.signal.aborted;) {
      this.wakeUp = new AbortController();
      onRound?.();
      try {
        const { more } = await this.round();
        failures = 0;
        this.trouble = undefined;
        if (!more) await pacing.pause(IDLE_MS, AbortSignal.any([this.wakeUp.signal, this.stopping.signal]));
      } catch (error) {
        failures += 1;
        const cause = error instanceof Error ? error.message : String(error);
        this.trouble = { since: this.trouble?.since ?? pacing.now(), cause };
        onFailure(error, failures);
        await this.share?.leave();
        this.share = undefined;
        await pacing.pause(pacing.backoffMs(failures), this.stopping.signal);
      }
    }
  }

  private async round(): Promise<Drained> {
    const { log, onPublished, onParked } = this.on;
    this.share ??= await this.join();
    const drained = await this.share.drain(LIMITS, (batch) => log.publish(batch));
    if (drained.published > 0) onPublished?.(drained.published);
    if (drained.parked.length > 0) await onParked?.(drained.parked);
    return drained;
  }

  private join(): Promise<OutboxShare> {
    return this.on.outbox.join(() => this.wakeUp.abort());
  }
}
