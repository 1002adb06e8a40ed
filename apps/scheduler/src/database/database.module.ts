import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  databaseOf,
  LeaseFence,
  openDatabase,
  PostgresAcceptedWorkloads,
  PostgresOrganisationUnits,
  PostgresOutbox,
} from '@tessera/adapter-postgres';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';
import { CONFIG, LOGGER } from '../settings/tokens';
import { leaseOf } from '../leadership/lease-name';

/** The database and the stores of the scheduler in it; their writes are fenced by the lease. */
@Module({
  providers: [
    {
      provide: DataSource,
      inject: [CONFIG],
      useFactory: (config: SchedulerConfig) =>
        openDatabase({ ...databaseOf(config), applicationName: 'tessera-scheduler' }),
    },
    {
      provide: LeaseFence,
      inject: [DataSource, CONFIG],
      useFactory: (dataSource: DataSource, config: SchedulerConfig) =>
        new LeaseFence(dataSource, leaseOf(config)),
    },
    {
      provide: PostgresAcceptedWorkloads,
      inject: [DataSource, LeaseFence, CONFIG],
      useFactory: (dataSource: DataSource, fence: LeaseFence, config: SchedulerConfig) =>
        new PostgresAcceptedWorkloads(dataSource, config.TESSERA_CLUSTER_ID, fence),
    },
    {
      provide: PostgresOrganisationUnits,
      inject: [DataSource, LeaseFence],
      useFactory: (dataSource: DataSource, fence: LeaseFence) =>
        new PostgresOrganisationUnits(dataSource, fence),
    },
    {
      provide: PostgresOutbox,
      inject: [DataSource, CONFIG, LeaseFence],
      useFactory: (dataSource: DataSource, config: SchedulerConfig, fence: LeaseFence) =>
        new PostgresOutbox(dataSource, config.TESSERA_DATABASE_URL, 'scheduler', () =>
          fence.sessionName('relay'),
        ),
    },
  ],
  exports: [DataSource, LeaseFence, PostgresAcceptedWorkloads, PostgresOrganisationUnits, PostgresOutbox],
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
