import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { EventLog } from '@tessera/application-messaging';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { API_CONFIG, EVENT_LOG, LOGGER } from '../providers';
import { DatabaseModule } from './database.module';
import { openEventLog } from './event-log';

/** The event log. It is closed before the database. */
@Module({
  imports: [DatabaseModule],
  providers: [{ provide: EVENT_LOG, inject: [API_CONFIG, LOGGER], useFactory: openEventLog }],
  exports: [EVENT_LOG],
})
export class EventLogModule implements OnApplicationShutdown {
  constructor(
    @Inject(EVENT_LOG) private readonly log: EventLog,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'event log', stop: () => this.log.close() }], this.logger);
  }
}
