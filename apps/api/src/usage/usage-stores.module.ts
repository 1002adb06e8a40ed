import { Module, type Type } from '@nestjs/common';
import {
  PostgresActivityStore,
  PostgresTrafficStore,
  PostgresUsageReader,
  PostgresUsageStore,
} from '@tessera/adapter-postgres';
import { DataSource } from 'typeorm';
import { DatabaseModule } from '../platform/database.module';

const STORES: readonly Type[] = [
  PostgresActivityStore,
  PostgresTrafficStore,
  PostgresUsageReader,
  PostgresUsageStore,
];

/** Usage on Postgres. */
@Module({
  imports: [DatabaseModule],
  providers: STORES.map((store) => ({
    provide: store,
    inject: [DataSource],
    useFactory: (dataSource: DataSource): unknown => new store(dataSource),
  })),
  exports: [...STORES],
})
export class UsageStoresModule {}
