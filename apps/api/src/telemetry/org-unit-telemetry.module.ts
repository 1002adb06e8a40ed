import { Module } from '@nestjs/common';
import { MetricsClient, SchedulerClient } from '@tessera/adapter-services';
import type { OrganisationStore, WorkloadReader } from '@tessera/application-control-plane';
import { ControlPlaneModule } from '../platform/control-plane.module';
import { StoresModule } from '../platform/stores.module';
import { ORGANISATION, WORKLOAD_READER } from '../providers';
import { ServicesModule } from '../services/services.module';
import { NodeTelemetry } from './node-telemetry';
import { OrgUnitTelemetry } from './org-unit-telemetry';
import { TelemetryController } from './telemetry.controller';

/** Telemetry of nodes, from schedulers and the metrics service, and of projects and departments, from the database. */
@Module({
  imports: [ControlPlaneModule, ServicesModule, StoresModule],
  controllers: [TelemetryController],
  providers: [
    {
      provide: NodeTelemetry,
      inject: [ORGANISATION, SchedulerClient, MetricsClient],
      useFactory: (store: OrganisationStore, scheduler: SchedulerClient, metrics: MetricsClient) =>
        new NodeTelemetry(store, scheduler, metrics),
    },
    {
      provide: OrgUnitTelemetry,
      inject: [ORGANISATION, WORKLOAD_READER],
      useFactory: (store: OrganisationStore, reader: WorkloadReader) => new OrgUnitTelemetry(store, reader),
    },
  ],
})
export class OrgUnitTelemetryModule {}
