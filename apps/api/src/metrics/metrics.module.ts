import { Module } from '@nestjs/common';
import { MetricsClient } from '@tessera/adapter-services';
import type { WorkloadReader } from '@tessera/application-control-plane';
import { StoresModule } from '../platform/stores.module';
import { WORKLOAD_READER } from '../providers';
import { ServicesModule } from '../services/services.module';
import { Measurements } from './measurements';
import { MetricsController } from './metrics.controller';

/** Metrics of workloads, from the metrics service. */
@Module({
  imports: [ServicesModule, StoresModule],
  controllers: [MetricsController],
  providers: [
    {
      provide: Measurements,
      inject: [MetricsClient, WORKLOAD_READER],
      useFactory: (metrics: MetricsClient, reader: WorkloadReader) => new Measurements(metrics, reader),
    },
  ],
})
export class MetricsModule {}
