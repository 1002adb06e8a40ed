import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { EventLog, Subscription } from '@tessera/application-messaging';
import type { ControlPlaneDependencies, EventStore } from '@tessera/application-control-plane';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { EventLogModule } from '../platform/event-log.module';
import type { ApiMetrics } from '../platform/metrics';
import { TelemetryModule } from '../platform/telemetry.module';
import { API_METRICS, CONTROL_PLANE, EVENT_LOG, EVENT_STORE, LOGGER } from '../providers';
import { startEventCopy } from './event-copy';
import { startProjection } from './projection';

/** Consumes the events of all clusters: into what the API shows, and into the store of the event streams. */
@Module({ imports: [ControlPlaneModule, EventLogModule, TelemetryModule] })
export class ProjectionModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private projection: Subscription | undefined;
  private copy: Subscription | undefined;

  constructor(
    @Inject(CONTROL_PLANE) private readonly controlPlane: ControlPlaneDependencies,
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(EVENT_STORE) private readonly events: EventStore,
    @Inject(API_METRICS) private readonly metrics: Pick<ApiMetrics, 'projected' | 'deadLetters'>,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { controlPlane, events, log, logger, metrics } = this;
    this.projection = await startProjection({ controlPlane, log, logger, metrics });
    const { topicPrefix } = controlPlane;
    this.copy = await startEventCopy({ events, topicPrefix, log, logger, metrics });
  }

  onApplicationShutdown(): Promise<void> {
    return runStops(
      [
        { name: 'projection', stop: () => this.projection?.stop() },
        { name: 'events', stop: () => this.copy?.stop() },
      ],
      this.logger,
    );
  }
}
