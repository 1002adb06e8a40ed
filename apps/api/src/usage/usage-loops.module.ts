import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PostgresActivityStore, PostgresTrafficStore, PostgresUsageStore } from '@tessera/adapter-postgres';
import { MetricsClient } from '@tessera/adapter-services';
import type { EventLog, Subscription } from '@tessera/application-messaging';
import { measureActivity, settleUsage } from '@tessera/application-usage';
import type { Clock } from '@tessera/kernel';
import { Periodic, runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { EventLogModule } from '../platform/event-log.module';
import type { ApiMetrics } from '../platform/metrics';
import { TelemetryModule } from '../platform/telemetry.module';
import { API_CONFIG, API_METRICS, CLOCK, EVENT_LOG, LOGGER } from '../providers';
import { ServicesModule } from '../services/services.module';
import { measureWith } from './measure-activity';
import { startTrafficConsumer, startUsageConsumer } from './usage-consumer';
import { UsageStoresModule } from './usage-stores.module';

const SETTLE_EVERY_MS = 60_000;
const MEASURE_EVERY_MS = 5 * 60_000;

/** Records usage: consumes events, stores each hour once it has ended, and measures what was done in it. */
@Module({ imports: [EventLogModule, ServicesModule, TelemetryModule, UsageStoresModule] })
export class UsageLoopsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly consumers: Subscription[] = [];
  private readonly settling: Periodic;
  private readonly measuring: Periodic;

  constructor(
    private readonly store: PostgresUsageStore,
    private readonly traffic: PostgresTrafficStore,
    activity: PostgresActivityStore,
    metricsService: MetricsClient,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(API_METRICS) private readonly metrics: Pick<ApiMetrics, 'deadLetters'>,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CLOCK) clock: Clock,
  ) {
    const { TESSERA_IDLE_BELOW_PERCENT: idleBelowPercent } = config;
    this.settling = new Periodic({
      everyMs: SETTLE_EVERY_MS,
      work: () => settleUsage(store, clock.now()),
      onFailure: (err) => logger.warn({ err }, 'could not store the hours of usage, will retry'),
    });
    this.measuring = new Periodic({
      everyMs: MEASURE_EVERY_MS,
      work: (signal) =>
        measureActivity(activity, measureWith(metricsService), {
          now: clock.now(),
          idleBelowPercent,
          signal,
        }),
      onFailure: (err) => logger.warn({ err }, 'could not measure the utilisation of workloads, will retry'),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { store, traffic, log, logger, metrics } = this;
    const on = { topicPrefix: this.config.TESSERA_TOPIC_PREFIX, log, logger, metrics };
    this.consumers.push(await startUsageConsumer(store, on), await startTrafficConsumer(traffic, on));
    this.settling.start();
    this.measuring.start();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops(
      [
        ...this.consumers.map((consumer) => ({ name: 'usage events', stop: () => consumer.stop() })),
        { name: 'usage hours', stop: () => this.settling.stop() },
        { name: 'usage activity', stop: () => this.measuring.stop() },
      ],
      this.logger,
    );
  }
}
