import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PostgresDirectory, PostgresModelAliases } from '@tessera/adapter-postgres';
import type { Clock } from '@tessera/kernel';
import { DatabaseModule } from '../platform/database.module';
import { StoresModule } from '../platform/stores.module';
import { CLOCK } from '../providers';
import { MODEL_ALIASES, ModelAliasesController, type ModelAliases } from './model-aliases.controller';

/** Model names that stand for workloads. */
@Module({
  imports: [DatabaseModule, StoresModule],
  controllers: [ModelAliasesController],
  providers: [
    {
      provide: MODEL_ALIASES,
      inject: [DataSource, PostgresDirectory, CLOCK],
      useFactory: (dataSource: DataSource, directory: PostgresDirectory, clock: Clock): ModelAliases => ({
        aliases: new PostgresModelAliases(dataSource),
        ...{ directory, clock },
        newId: randomUUID,
      }),
    },
  ],
})
export class ModelAliasesModule {}
