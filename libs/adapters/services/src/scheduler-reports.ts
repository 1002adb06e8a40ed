import type { LoadReport, LoadReportAnswer, UsageReport } from '@tessera/contracts-internal';
import type { Logger } from '@tessera/platform-logging';
import { addressesOf, type ResolveAll, type SchedulerAddress } from './scheduler-addresses';
import { SchedulerChannel, type ChannelOptions } from './scheduler-channel';

export interface SchedulerReportsOptions extends Omit<ChannelOptions, 'onAnswer' | 'onResult' | 'nextWake'> {
  /** URLs of schedulers; a host name stands for all its addresses. */
  readonly urls: readonly string[];
  readonly logger: Logger;
  readonly resolve?: ResolveAll;
}

/** How long resolved addresses are used, ms. */
const RESOLVE_MS = 5_000;
/** Consecutive failures after which the log reports them: a scheduler that restarts misses some messages. */
const FAILURES = 3;

/** Sends load reports and wake requests to every address of the schedulers of a cluster, leading or not. */
export class SchedulerReports {
  private channels = new Map<string, SchedulerChannel>();
  private wakes = 0;
  private resolvedAt = -Infinity;
  private resolving: Promise<void> | undefined;
  private readonly failures = new Map<string, number>();
  private onAnswer: (answer: LoadReportAnswer) => void = () => undefined;

  constructor(private readonly options: SchedulerReportsOptions) {}

  /** Resolves the addresses; answers go to `onAnswer` from now on. */
  async start(onAnswer: (answer: LoadReportAnswer) => void): Promise<void> {
    this.onAnswer = onAnswer;
    await this.refresh();
  }

  /** Sends the report to every scheduler; resolves when each has answered or failed. Never rejects. */
  async report(report: LoadReport): Promise<void> {
    void this.refresh();
    await Promise.all([...this.channels.values()].map((channel) => channel.report(report)));
  }

  /** Sends usage to one scheduler after another until one has stored it; rejects where none has. */
  async reportUsage(report: UsageReport): Promise<void> {
    await this.refresh();
    let failure = new Error('no scheduler is known');
    for (const channel of this.channels.values())
      try {
        return await channel.reportUsage(report);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
    throw failure;
  }

  /** Asks every scheduler to wake the workload, whose first waiting request arrived at `heldAt`. */
  wake(workloadId: string, heldAt: number): void {
    for (const channel of this.channels.values()) channel.wake(workloadId, heldAt);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.channels.values()].map((channel) => channel.close()));
    this.channels.clear();
  }

  private refresh(): Promise<void> {
    if (this.options.now() - this.resolvedAt < RESOLVE_MS) return Promise.resolve();
    this.resolving ??= this.resolve().finally(() => (this.resolving = undefined));
    return this.resolving;
  }

  /** Names that cannot be resolved now keep their last addresses. */
  private async resolve(): Promise<void> {
    const { urls, resolve, logger, now } = this.options;
    this.resolvedAt = now();
    try {
      const addresses = await addressesOf(urls, resolve);
      const before = this.channels;
      this.channels = new Map(
        addresses.map((address) => [nameOf(address), before.get(nameOf(address)) ?? this.channelTo(address)]),
      );
      for (const [name, channel] of before) if (!this.channels.has(name)) void channel.close();
    } catch (err) {
      logger.warn({ err }, 'could not resolve the addresses of the schedulers, will retry');
    }
  }

  private channelTo(address: SchedulerAddress): SchedulerChannel {
    return new SchedulerChannel(address, {
      ...this.options,
      nextWake: () => (this.wakes += 1),
      onAnswer: (answer) => this.onAnswer(answer),
      onResult: (to, error) => this.note(nameOf(to), error),
    });
  }

  private note(address: string, error: unknown): void {
    const failures = error === undefined ? 0 : (this.failures.get(address) ?? 0) + 1;
    this.failures.set(address, failures);
    if (failures === FAILURES)
      this.options.logger.warn({ err: error, address }, 'the scheduler does not accept load reports');
  }
}

const nameOf = ({ url, ip }: SchedulerAddress): string => (ip === undefined ? url : `${url} at ${ip}`);
