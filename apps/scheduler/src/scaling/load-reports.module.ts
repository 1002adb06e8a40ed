import { Module } from '@nestjs/common';
import { LeadershipModule } from '../leadership/leadership.module';
import { LoadReportsController } from './load-reports.controller';
import { ScalingModule } from './scaling.module';

/** Receives the messages of the gateways. */
@Module({ imports: [ScalingModule, LeadershipModule], controllers: [LoadReportsController] })
export class LoadReportsModule {}
