import { MOST_USAGE_ENTRIES, type UsageReport } from '@tessera/contracts-internal/gateway';
import { pause, Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ServedRequest, UsageMinutes } from './usage-minutes';

/** Receives usage reports. */
export interface UsageSink {
  /** Resolves once the report is stored; may be called again with the same report. */
  reportUsage(report: UsageReport): Promise<void>;
}

export interface UsageReporterOptions {
  /** Id of this process; a restart gets a new one. */
  readonly gatewayId: string;
  readonly sink: UsageSink;
  readonly minutes: UsageMinutes;
  readonly logger: Logger;
  /** Interval of the reports, ms. */
  readonly everyMs: number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Time limit of the last reports when the gateway stops, ms. */
const LAST_MS = 3_000;

/**
 * Reports the usage of workloads. A report is repeated unchanged, with the same sequence numbers, until it is stored;
 * further requests are summed meanwhile within the bounds of {@link UsageMinutes}. Never delays a request.
 */
export class UsageReporter {
  private readonly periodic: Periodic;
  private sequence = 0;
  /** The report that was sent and is not confirmed yet. */
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

  /** Adds a request that was served. */
  add(served: ServedRequest): void {
    this.options.minutes.add(served, this.options.now());
  }

  /** Sends the last reports; usage that is not stored within {@link LAST_MS} is lost. */
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
      logger.error('stopped before all usage was stored; the remaining requests are not counted');
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
    if (lost > 0)
      logger.error({ lost }, 'dropped the usage of requests: no scheduler stored usage for too long');
  }

  private next(gatewayId: string): UsageReport {
    const taken = this.options.minutes.take(MOST_USAGE_ENTRIES);
    return { gatewayId, entries: taken.map((minute) => ({ ...minute, sequence: this.sequence++ })) };
  }

  private noteFailure(err: unknown): void {
    if (!this.failing)
      this.options.logger.warn({ err }, 'could not report usage to any scheduler, will retry');
    this.failing = true;
  }
}
