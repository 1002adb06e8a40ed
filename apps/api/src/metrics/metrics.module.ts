import { Module } from '@nestjs/common';
import { MetricsClient, SchedulerClient } from '@tessera/adapter-services';
import type { OrganisationStore, WorkloadReader } from '@tessera/application-control-plane';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { StoresModule } from '../platform/stores.module';
import { ORGANISATION, WORKLOAD_READER } from '../providers';
import { ServicesModule } from '../services/services.module';
import { Measurements } from './measurements';
import { MeasuredScopes } from './measured-scopes';
import { MetricsController } from './metrics.controller';
import { ScopeMetricsController } from './scope-metrics.controller';

/** Metrics of workloads, clusters, nodes and organisation units, from the metrics service. */
@Module({
  imports: [ControlPlaneModule, ServicesModule, StoresModule],
  controllers: [MetricsController, ScopeMetricsController],
  providers: [
    {
      provide: Measurements,
      inject: [MetricsClient, WORKLOAD_READER],
      useFactory: (metrics: MetricsClient, reader: WorkloadReader) => new Measurements(metrics, reader),
    },
    {
      provide: MeasuredScopes,
      inject: [ORGANISATION, SchedulerClient],
      useFactory: (store: OrganisationStore, scheduler: SchedulerClient) =>
        new MeasuredScopes(store, scheduler),
    },
  ],
})
export class MetricsModule {}
