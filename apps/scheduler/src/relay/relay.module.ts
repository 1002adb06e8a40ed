import { Module } from '@nestjs/common';
import { PostgresAcceptedWorkloads, PostgresOutbox } from '@tessera/adapter-postgres';
import { Relay } from '@tessera/application-messaging';
import { LOOP_PATIENCE, Progress } from '@tessera/platform-lifecycle';
import type { SchedulerConfig } from '../config';
import { DatabaseModule } from '../database/database.module';
import { EVENT_LOG, EventLogModule } from '../event-log/event-log.module';
import { METRICS, MetricsModule } from '../metrics/metrics.module';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';
import { createRelay } from './relay';

/** Progress of the relay, for the liveness check (`Progress`). */
export const RELAY_PROGRESS = Symbol('progress of the relay');

/** Publishes the scheduler's outbox to the event log. */
@Module({
  imports: [DatabaseModule, EventLogModule, MetricsModule],
  providers: [
    {
      provide: RELAY_PROGRESS,
      inject: [CONFIG],
      useFactory: (config: SchedulerConfig) => new Progress(config.TESSERA_LIVENESS_MS * LOOP_PATIENCE),
    },
    provided(
      Relay,
      {
        outbox: PostgresOutbox,
        log: EVENT_LOG,
        metrics: METRICS,
        progress: RELAY_PROGRESS,
        logger: LOGGER,
        workloads: PostgresAcceptedWorkloads,
        clock: CLOCK,
        config: CONFIG,
      },
      createRelay,
    ),
  ],
  exports: [Relay, RELAY_PROGRESS],
})
export class RelayModule {}
