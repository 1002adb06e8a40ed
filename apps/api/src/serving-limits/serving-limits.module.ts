import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PostgresServingLimits } from '@tessera/adapter-postgres';
import type { Clock } from '@tessera/kernel';
import { IdentityModule } from '../identity/identity.module';
import { DatabaseModule } from '../platform/database.module';
import { StoresModule } from '../platform/stores.module';
import { CLOCK } from '../providers';
import { SERVING_LIMITS, ServingLimitsController, type ServingLimits } from './serving-limits.controller';

/** Limits on the requests of all callers to a project or workload. */
@Module({
  imports: [DatabaseModule, IdentityModule, StoresModule],
  controllers: [ServingLimitsController],
  providers: [
    {
      provide: SERVING_LIMITS,
      inject: [DataSource, CLOCK],
      useFactory: (dataSource: DataSource, clock: Clock): ServingLimits => ({
        limits: new PostgresServingLimits(dataSource),
        clock,
      }),
    },
  ],
})
export class ServingLimitsModule {}
