import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PostgresOutbox } from '@tessera/adapter-postgres';
import { Relay, tracedPublishing, type EventLog } from '@tessera/application-messaging';
import { reportParked, type ControlPlaneDependencies } from '@tessera/application-control-plane';
import { LOOP_PATIENCE, Progress, realPacing, runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { spans } from '@tessera/platform-telemetry';
import type { ApiConfig } from '../config';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { DatabaseModule } from '../platform/database.module';
import { EventLogModule } from '../platform/event-log.module';
import type { ApiMetrics } from '../platform/metrics';
import { TelemetryModule } from '../platform/telemetry.module';
import { API_CONFIG, API_METRICS, CONTROL_PLANE, EVENT_LOG, LOGGER } from '../providers';

/** Heartbeat of the relay. */
export class RelayProgress extends Progress {}

/** Relays the outbox to the event log. */
@Module({
  imports: [ControlPlaneModule, DatabaseModule, EventLogModule, TelemetryModule],
  providers: [
    {
      provide: RelayProgress,
      inject: [API_CONFIG],
      useFactory: ({ TESSERA_LIVENESS_MS }: ApiConfig) =>
        new RelayProgress(TESSERA_LIVENESS_MS * LOOP_PATIENCE),
    },
    {
      provide: Relay,
      inject: [PostgresOutbox, EVENT_LOG, CONTROL_PLANE, API_METRICS, RelayProgress, LOGGER],
      useFactory: relay,
    },
  ],
  exports: [Relay, RelayProgress],
})
export class RelayModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly relay: Relay,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.relay.start();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'relay', stop: () => this.relay.stop() }], this.logger);
  }
}

function relay(
  outbox: PostgresOutbox,
  log: EventLog,
  controlPlane: ControlPlaneDependencies,
  metrics: Pick<ApiMetrics, 'published'>,
  progress: RelayProgress,
  logger: Logger,
): Relay {
  return new Relay({
    outbox,
    log: tracedPublishing(log, spans),
    pacing: realPacing,
    onFailure: (err, failures) => logger.warn({ err, failures }, 'could not relay the outbox, will retry'),
    onPublished: (rows) => metrics.published.inc(rows),
    onRound: progress.made,
    onParked: (parked) => {
      for (const { row, reason } of parked)
        logger.error(
          { id: row.id, topic: row.topic, key: row.key, reason },
          'parked a record of the outbox that cannot be published',
        );
    },
    report: (parked) => reportParked(controlPlane, parked),
    onUnreported: (err, { row: { id, key } }) =>
      logger.warn({ err, id, key }, 'could not report a parked record to its workload, will retry'),
  });
}
