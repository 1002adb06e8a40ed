import { MOST_USAGE_ENTRIES, type UsageReport } from '@tessera/contracts-internal/gateway';
import { pause, Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ServedRequest, UsageMinutes } from './usage-minutes';

/** Where usage goes. */
export interface UsageSink {
  /** Resolves once the report is stored; may be called again with the same report. */
  reportUsage(report: UsageReport): Promise<void>;
}

export interface UsageReporterOptions {
  /** Of this process, another one after a restart. */
  readonly gatewayId: string;
  readonly sink: UsageSink;
  readonly minutes: UsageMinutes;
  readonly logger: Logger;
  /** Interval of the reports, ms. */
  readonly everyMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Longest time for the last reports when the gateway stops, ms. */
const LAST_MS = 3_000;

/**
 * Reports what was served. A report keeps its numbers until it is stored, so it may be sent again; meanwhile further
 * requests are summed up, within the bounds of {@link UsageMinutes}. Never delays a request.
 */
export class UsageReporter {
  private readonly periodic: Periodic;
  private sequence = 0;
  /** Sent, and perhaps stored. */
  private open: UsageReport | undefined;
  private failing = false;

  constructor(private readonly options: UsageReporterOptions) {
    this.periodic = new Periodic({
      everyMs: options.everyMs,
      work: () => this.send(),
      onFailure: (err) => this.noteFailure(err),
    });
  }

  start(): void {
    this.periodic.start();
  }

  /** A request was served. */
  add(served: ServedRequest): void {
    this.options.minutes.add(served, this.options.now());
  }

  /** Reports the rest; what nobody has stored within some seconds is lost. */
  async stop(): Promise<void> {
    const { minutes, logger } = this.options;
    const late = new AbortController();
    const last = this.periodic
      .stop()
      .then(() => this.send())
      .catch((err: unknown) => this.noteFailure(err));
    await Promise.race([last, pause(LAST_MS, late.signal)]);
    late.abort();
    if (this.open !== undefined || !minutes.isEmpty)
      logger.error('stopped before the usage was stored: some requests will not be counted');
  }

  private async send(): Promise<void> {
    const { sink, minutes, gatewayId, logger } = this.options;
    for (;;) {
      this.open ??= this.next(gatewayId);
      if (this.open.entries.length === 0) break;
      await sink.reportUsage(this.open);
      this.open = undefined;
      this.failing = false;
    }
    this.open = undefined;
    const lost = minutes.takeLost();
    if (lost > 0) logger.error({ lost }, 'usage of requests was lost: no scheduler has stored it for long');
  }

  private next(gatewayId: string): UsageReport {
    const taken = this.options.minutes.take(MOST_USAGE_ENTRIES);
    return { gatewayId, entries: taken.map((minute) => ({ ...minute, sequence: this.sequence++ })) };
  }

  private noteFailure(err: unknown): void {
    if (!this.failing) this.options.logger.warn({ err }, 'no scheduler has stored the usage, will retry');
    this.failing = true;
  }
}
