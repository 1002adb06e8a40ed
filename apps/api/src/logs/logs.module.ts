import { Module, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Clock } from '@tessera/kernel';
import type { ApiConfig } from '../config';
import { StoresModule } from '../platform/stores.module';
import { API_CONFIG, CLOCK } from '../providers';
import { ServicesModule } from '../services/services.module';
import { LogStreams } from './log-streams';
import { LogsController } from './logs.controller';

/** Logs of pods. Streams end before the server waits for its requests to end. */
@Module({
  imports: [ServicesModule, StoresModule],
  controllers: [LogsController],
  providers: [
    {
      provide: LogStreams,
      inject: [API_CONFIG, CLOCK],
      useFactory: ({ TESSERA_LOG_STREAMS_PER_SUBJECT: perSubject }: ApiConfig, clock: Clock) =>
        new LogStreams({ perSubject, now: () => clock.now() }),
    },
  ],
})
export class LogsModule implements BeforeApplicationShutdown {
  constructor(private readonly streams: LogStreams) {}

  beforeApplicationShutdown(): void {
    this.streams.stop();
  }
}
