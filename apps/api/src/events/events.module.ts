import { Inject, Module, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { EventNotifier } from '@tessera/adapter-postgres';
import type { EventStore } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { IdentityModule } from '../identity/identity.module';
import { Principals } from '../identity/principals';
import { StoresModule } from '../platform/stores.module';
import { API_CONFIG, CLOCK, EVENT_STORE, LOGGER } from '../providers';
import { EventsController } from './events.controller';
import { EventStreams } from './event-streams';

/** Streams of workload events. They end before the server waits for its requests to end. */
@Module({
  imports: [IdentityModule, StoresModule],
  controllers: [EventsController],
  providers: [
    {
      provide: EventStreams,
      inject: [EVENT_STORE, Principals, API_CONFIG, CLOCK],
      useFactory: (events: EventStore, principals: Principals, config: ApiConfig, clock: Clock) =>
        new EventStreams({
          events,
          principals,
          perSubject: config.TESSERA_EVENT_STREAMS_PER_SUBJECT,
          now: () => clock.now(),
        }),
    },
    {
      provide: EventNotifier,
      inject: [API_CONFIG, EventStreams],
      useFactory: ({ TESSERA_DATABASE_URL }: ApiConfig, streams: EventStreams) =>
        new EventNotifier(TESSERA_DATABASE_URL, () => streams.notify()),
    },
  ],
})
export class EventsModule implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    private readonly streams: EventStreams,
    private readonly notifier: EventNotifier,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onModuleInit(): void {
    void this.notifier.open();
  }

  beforeApplicationShutdown(): Promise<void> {
    return runStops(
      [
        { name: 'event streams', stop: () => this.streams.stop() },
        { name: 'event notifier', stop: () => this.notifier.close() },
      ],
      this.logger,
    );
  }
}
