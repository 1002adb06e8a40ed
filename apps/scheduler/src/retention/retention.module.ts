import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DatabaseModule } from '../database/database.module';
import { METRICS, MetricsModule } from '../metrics/metrics.module';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';
import { retentionLoop } from './retention';

/** The loop that deletes rows past their retention (`Periodic`). */
export const RETENTION = Symbol('retention');

@Module({
  imports: [DatabaseModule, MetricsModule],
  providers: [
    provided(
      RETENTION,
      { config: CONFIG, dataSource: DataSource, metrics: METRICS, clock: CLOCK, logger: LOGGER },
      retentionLoop,
    ),
  ],
  exports: [RETENTION],
})
export class RetentionModule {}
