import type { Pacing } from './pacing';
import type { DrainLimits, Drained, EventLog, OutboxReader, OutboxShare, ParkedRow } from './ports';

/** Maximum rows and bytes per drain: they are held in memory until the log has stored them. */
const LIMITS: DrainLimits = { rows: 500, bytes: 8 * 1_048_576 };
/** Longest sleep without a hint, ms. */
const IDLE_MS = 1_000;
/** A relay that has failed for this long is reported as stuck, ms: longer than a broker takes to restart. */
const STUCK_MS = 30_000;
/** Interval at which parked rows without a report are searched for, ms. */
const REPORT_EVERY_MS = 30_000;

export interface RelayOptions {
  readonly outbox: OutboxReader;
  readonly log: Pick<EventLog, 'publish'>;
  readonly pacing: Pacing;
  /** Called for every consecutive failure; the rows stay and are retried. */
  readonly onFailure: (error: unknown, failures: number) => void;
  readonly onPublished?: (rows: number) => void;
  /** Called once for rows that no topic accepts. */
  readonly onParked?: (rows: readonly ParkedRow[]) => void;
  /**
   * Reports a parked row to the owner of its workload. Called until it resolves, also by later relays, so that a crash
   * loses none: it must be idempotent for each row.
   */
  readonly report?: (row: ParkedRow) => Promise<void>;
  /** Called when `report` fails; it is called again after a while, and publishing goes on. */
  readonly onUnreported?: (error: unknown, row: ParkedRow) => void;
  /** Called each round, whatever its result: a sign of progress. */
  readonly onRound?: () => void;
}

/**
 * Moves rows of an outbox to the event log, in order per key, for as long as the process runs. Several relays of one
 * outbox share the work. Failures of the database or the log are retried without limit.
 */
export class Relay {
  private readonly stopping = new AbortController();
  private wakeUp = new AbortController();
  private running: Promise<void> | undefined;
  private share: OutboxShare | undefined;
  /** Ids of parked rows that need no report any more. */
  private reported: ReadonlySet<string> = new Set();
  private reportAllAt = 0;
  private trouble: { readonly since: number; readonly cause: string } | undefined;

  constructor(private readonly on: RelayOptions) {}

  /** Rejects if the outbox cannot be reached at first; later losses are retried. */
  async start(): Promise<void> {
    this.share = await this.join();
    this.running = this.run();
  }

  /** Resolves once the current batch is published or released. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.abort();
    await this.running;
    await this.share?.leave();
  }

  /** Why no row has been published for a while; undefined while rows are published. For readiness checks. */
  stuck(): string | undefined {
    if (this.trouble === undefined) return undefined;
    const ms = this.on.pacing.elapsedMs() - this.trouble.since;
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
        this.trouble = { since: this.trouble?.since ?? pacing.elapsedMs(), cause };
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
    if (drained.parked.length > 0) onParked?.(drained.parked);
    await this.reportRows(drained.parked);
    return drained;
  }

  /** Reports rows that were just parked, and now and then those whose report failed or died with a relay. */
  private async reportRows(fresh: readonly ParkedRow[]): Promise<void> {
    const { report, outbox, pacing, onUnreported } = this.on;
    if (report === undefined) return;
    const now = pacing.elapsedMs();
    const isDue = this.reportAllAt <= now;
    if (isDue) this.reportAllAt = now + REPORT_EVERY_MS;
    const parked = isDue ? await outbox.parked() : fresh;
    const reported = new Set(isDue ? [] : this.reported);
    for (const one of parked) {
      try {
        if (!this.reported.has(one.row.id)) await report(one);
        reported.add(one.row.id);
      } catch (error) {
        onUnreported?.(error, one);
      }
    }
    this.reported = reported;
  }

  private join(): Promise<OutboxShare> {
    return this.on.outbox.join(() => this.wakeUp.abort());
  }
}
