import { Module } from '@nestjs/common';
import { PostgresUsageReader, PostgresUsageStore } from '@tessera/adapter-postgres';
import { DataSource } from 'typeorm';
import { DatabaseModule } from '../platform/database.module';

/** Usage on Postgres. */
@Module({
  imports: [DatabaseModule],
  providers: [
    {
      provide: PostgresUsageStore,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new PostgresUsageStore(dataSource),
    },
    {
      provide: PostgresUsageReader,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => new PostgresUsageReader(dataSource),
    },
  ],
  exports: [PostgresUsageReader, PostgresUsageStore],
})
export class UsageStoresModule {}
