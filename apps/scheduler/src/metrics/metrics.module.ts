import { Module } from '@nestjs/common';
import { PostgresOutbox } from '@tessera/adapter-postgres';
import { Registry } from '@tessera/platform-telemetry';
import { DatabaseModule } from '../database/database.module';
import { schedulerMetrics } from './metrics';

/** The scheduler's metrics about itself (`SchedulerMetrics`). */
export const METRICS = Symbol('metrics');

/** Metrics that features count in; gauges of other features are registered by the admin module. */
@Module({
  imports: [DatabaseModule],
  providers: [
    {
      provide: METRICS,
      inject: [Registry, PostgresOutbox],
      useFactory: (registry: Registry, outbox: PostgresOutbox) =>
        schedulerMetrics(registry, () => outbox.lag()),
    },
  ],
  exports: [METRICS],
})
export class MetricsModule {}
