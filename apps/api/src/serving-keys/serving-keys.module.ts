import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PostgresDirectory, PostgresServingKeys } from '@tessera/adapter-postgres';
import type { Secrets, WorkloadReader } from '@tessera/application-control-plane';
import type { Clock } from '@tessera/kernel';
import { IdentityModule } from '../identity/identity.module';
import { DatabaseModule } from '../platform/database.module';
import { StoresModule } from '../platform/stores.module';
import { CLOCK, SECRETS, WORKLOAD_READER } from '../providers';
import { SERVING_KEYS, ServingKeysController, type ServingKeys } from './serving-keys.controller';

/** Keys with which people and programs call models. */
@Module({
  imports: [DatabaseModule, IdentityModule, StoresModule],
  controllers: [ServingKeysController],
  providers: [
    {
      provide: SERVING_KEYS,
      inject: [DataSource, PostgresDirectory, WORKLOAD_READER, SECRETS, CLOCK],
      useFactory: (
        dataSource: DataSource,
        directory: PostgresDirectory,
        reader: WorkloadReader,
        secrets: Secrets,
        clock: Clock,
      ): ServingKeys => ({
        keys: new PostgresServingKeys(dataSource),
        ...{ directory, reader, secrets, clock },
        newId: randomUUID,
      }),
    },
  ],
})
export class ServingKeysModule {}
