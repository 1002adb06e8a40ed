import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseOf, openDatabase, PostgresOutbox } from '@tessera/adapter-postgres';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { API_CONFIG, LOGGER } from '../providers';

/** The pool of connections, open as long as the application, and the outbox in the database. */
@Module({
  providers: [
    {
      provide: DataSource,
      inject: [API_CONFIG],
      useFactory: (config: ApiConfig) =>
        openDatabase({ ...databaseOf(config), applicationName: 'tessera-api' }),
    },
    {
      provide: PostgresOutbox,
      inject: [DataSource, API_CONFIG],
      useFactory: (dataSource: DataSource, { TESSERA_DATABASE_URL }: ApiConfig) =>
        new PostgresOutbox(dataSource, TESSERA_DATABASE_URL, 'api'),
    },
  ],
  exports: [DataSource, PostgresOutbox],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'database', stop: () => this.dataSource.destroy() }], this.logger);
  }
}
