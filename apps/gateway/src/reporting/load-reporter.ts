import {
  LOAD_REPORT_INTERVAL_MS,
  type LoadReport,
  type LoadReportAnswer,
} from '@tessera/contracts-internal/gateway';
import { Periodic, pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { Ledger } from '../limits/ledger';
import type { RoutingTable } from '../routing/routing-table';
import type { Workload } from '../routing/workload';
import { takeLoads } from './load-report';

/** Client of the cluster's schedulers. */
export interface Schedulers {
  start(onAnswer: (answer: LoadReportAnswer) => void): Promise<void>;
  /** Sends the report to every scheduler; resolves when each has responded or failed. Never rejects. */
  report(report: LoadReport): Promise<void>;
  /** Asks for a replica. `heldAt`: when the first waiting request arrived, ms on the clock of this process. */
  wake(workloadId: string, heldAt: number): void;
  stop(): Promise<void>;
}

export interface LoadReporterOptions {
  readonly gatewayId: string;
  readonly schedulers: Schedulers;
  readonly table: RoutingTable;
  readonly ledger: Ledger;
  readonly logger: Logger;
  /** Milliseconds of any origin, monotonic. */
  readonly now: () => number;
  /** Default {@link LOAD_REPORT_INTERVAL_MS}. */
  readonly everyMs?: number;
}

/** Time limit of the last report, ms. */
const LAST_REPORT_MS = 1_000;

/** Reports the load of workloads to the schedulers, and asks them to wake workloads with waiting requests. */
export class LoadReporter {
  private readonly periodic: Periodic;
  private sequence = 0;
  private reportedAt: number;
  /** Workloads whose load the leading scheduler asked for in its last response. */
  private asked: ReadonlySet<string> = new Set();

  constructor(private readonly options: LoadReporterOptions) {
    this.reportedAt = options.now();
    this.periodic = new Periodic({
      everyMs: options.everyMs ?? LOAD_REPORT_INTERVAL_MS,
      // The next report does not wait for the responses to this one.
      work: () => Promise.resolve(void this.report(false)),
      onFailure: (err) => options.logger.error({ err }, 'could not report the load'),
    });
  }

  async start(): Promise<void> {
    const { schedulers, table, ledger } = this.options;
    await schedulers.start(({ leading, gateways, workloads, asked, parts }) => {
      if (!leading) return;
      if (gateways !== undefined) {
        table.shareLimits(gateways);
        ledger.applyShares(gateways, parts);
      }
      table.applyHeldWorkloads(workloads);
      this.asked = new Set(asked);
    });
    this.periodic.start();
  }

  /** Asks the schedulers immediately to start a replica of the workload. */
  wake(workload: Workload): void {
    const { schedulers, now } = this.options;
    schedulers.wake(workload.id, workload.wakingSince ?? now());
  }

  /** Sends the last report. */
  async stop(): Promise<void> {
    await this.periodic.stop();
    await Promise.race([this.report(true), pause(LAST_REPORT_MS)]);
    await this.options.schedulers.stop();
  }

  private report(final: boolean): Promise<void> {
    const { gatewayId, schedulers, table, ledger, now } = this.options;
    const at = now();
    const intervalMs = Math.max(1, at - this.reportedAt);
    this.reportedAt = at;
    const workloads = takeLoads(table.all(), at, intervalMs, this.asked);
    const sequence = (this.sequence += 1);
    return schedulers.report({ gatewayId, sequence, intervalMs, final, workloads, limits: ledger.uses(at) });
  }
}
