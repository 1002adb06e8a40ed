import { Module, type DynamicModule } from '@nestjs/common';
import { AdminModule } from './admin/admin.module';
import { HttpModule } from './http/http.module';
import { LeadershipModule } from './leadership/leadership.module';
import { LoadReportsModule } from './scaling/load-reports.module';
import { NodesModule } from './nodes/nodes.module';
import { SettingsModule, type Settings } from './settings/settings.module';
import { SimulationModule } from './simulation/simulation.module';
import { WorkloadsModule } from './workloads/workloads.module';

/**
 * The scheduler of one cluster. It stops in the phases of Nest: not ready any more (`onModuleDestroy`), no commands, no
 * decisions, events published, lease released (`beforeApplicationShutdown`), HTTP closed, connections closed
 * (`onApplicationShutdown`).
 */
@Module({
  imports: [
    HttpModule,
    AdminModule,
    LeadershipModule,
    LoadReportsModule,
    NodesModule,
    SimulationModule,
    WorkloadsModule,
  ],
})
export class SchedulerModule {
  static of(settings: Settings): DynamicModule {
    return { module: SchedulerModule, imports: [SettingsModule.of(settings)] };
  }
}
