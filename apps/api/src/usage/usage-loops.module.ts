import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PostgresUsageStore } from '@tessera/adapter-postgres';
import type { EventLog, Subscription } from '@tessera/application-messaging';
import { settleUsage } from '@tessera/application-usage';
import type { Clock } from '@tessera/kernel';
import { Periodic, runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { EventLogModule } from '../platform/event-log.module';
import type { ApiMetrics } from '../platform/metrics';
import { TelemetryModule } from '../platform/telemetry.module';
import { API_CONFIG, API_METRICS, CLOCK, EVENT_LOG, LOGGER } from '../providers';
import { startUsageConsumer } from './usage-consumer';
import { UsageStoresModule } from './usage-stores.module';

const SETTLE_EVERY_MS = 60_000;

/** Records usage: consumes the events of all clusters, and stores each hour once it has ended. */
@Module({ imports: [EventLogModule, TelemetryModule, UsageStoresModule] })
export class UsageLoopsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private consumer: Subscription | undefined;
  private readonly settling: Periodic;

  constructor(
    private readonly store: PostgresUsageStore,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(API_METRICS) private readonly metrics: Pick<ApiMetrics, 'deadLetters'>,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(CLOCK) clock: Clock,
  ) {
    this.settling = new Periodic({
      everyMs: SETTLE_EVERY_MS,
      work: () => settleUsage(store, clock.now()),
      onFailure: (err) => logger.warn({ err }, 'could not store the hours of usage, will retry'),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { store, log, logger, metrics } = this;
    const { TESSERA_TOPIC_PREFIX: topicPrefix } = this.config;
    this.consumer = await startUsageConsumer({ store, topicPrefix, log, logger, metrics });
    this.settling.start();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops(
      [
        { name: 'usage events', stop: () => this.consumer?.stop() },
        { name: 'usage hours', stop: () => this.settling.stop() },
      ],
      this.logger,
    );
  }
}
