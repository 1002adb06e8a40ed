import { Module } from '@nestjs/common';
import { SharedLimits } from '@tessera/application-reconciliation';
import { DatabaseModule } from '../database/database.module';
import { LeadershipModule } from '../leadership/leadership.module';
import { UsageReportsController } from '../usage/usage-reports.controller';
import { LoadReportsController } from './load-reports.controller';
import { ScalingModule } from './scaling.module';

/** Receives the messages of the gateways: in one module, so that one guard gives this process one id as a receiver. */
@Module({
  imports: [ScalingModule, LeadershipModule, DatabaseModule],
  controllers: [LoadReportsController, UsageReportsController],
  providers: [{ provide: SharedLimits, useFactory: () => new SharedLimits() }],
})
export class LoadReportsModule {}
