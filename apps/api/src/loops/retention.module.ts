import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EventStore } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';
import { runStops, type Periodic } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { DatabaseModule } from '../platform/database.module';
import type { ApiMetrics } from '../platform/metrics';
import { StoresModule } from '../platform/stores.module';
import { TelemetryModule } from '../platform/telemetry.module';
import { API_CONFIG, API_METRICS, CLOCK, EVENT_STORE, LOGGER } from '../providers';
import { retentionLoop } from './retention';

/** Removes rows past their retention. */
@Module({ imports: [DatabaseModule, StoresModule, TelemetryModule] })
export class RetentionModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly retention: Periodic;

  constructor(
    @Inject(API_CONFIG) config: ApiConfig,
    dataSource: DataSource,
    @Inject(EVENT_STORE) events: EventStore,
    @Inject(CLOCK) clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
    @Inject(API_METRICS) metrics: ApiMetrics,
  ) {
    this.retention = retentionLoop({ config, dataSource, events, clock, logger, metrics });
  }

  onApplicationBootstrap(): void {
    this.retention.start();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'retention', stop: () => this.retention.stop() }], this.logger);
  }
}
