import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { EventLog } from '@tessera/application-messaging';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { CONFIG, LOGGER } from '../settings/tokens';
import { openEventLog } from './event-log';

export const EVENT_LOG = Symbol('event log');

/** The event log: Kafka or Postgres. */
@Module({
  providers: [{ provide: EVENT_LOG, inject: [CONFIG, LOGGER], useFactory: openEventLog }],
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
