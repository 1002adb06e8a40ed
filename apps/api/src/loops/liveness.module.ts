import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SchedulerClient } from '@tessera/adapter-services';
import type { OrganisationStore } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { StoresModule } from '../platform/stores.module';
import { CLOCK, LOGGER, ORGANISATION } from '../providers';
import { ServicesModule } from '../services/services.module';
import { Liveness } from './liveness';

/** Records the heartbeats of clusters. */
@Module({
  imports: [ServicesModule, StoresModule],
  providers: [
    {
      provide: Liveness,
      inject: [ORGANISATION, SchedulerClient, CLOCK, LOGGER],
      useFactory: (
        organisation: OrganisationStore,
        scheduler: SchedulerClient,
        clock: Clock,
        logger: Logger,
      ) => new Liveness({ organisation, scheduler, clock, logger }),
    },
  ],
})
export class LivenessModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly liveness: Liveness,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.liveness.start();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'heartbeats', stop: () => this.liveness.stop() }], this.logger);
  }
}
