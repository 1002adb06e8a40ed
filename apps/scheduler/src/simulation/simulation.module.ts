import { Module } from '@nestjs/common';
import { InformedClusterView } from '@tessera/adapter-kubernetes';
import { PostgresOrganisationUnits } from '@tessera/adapter-postgres';
import { ObservedTasks, Reconciler } from '@tessera/application-reconciliation';
import { ClusterModule } from '../cluster/cluster.module';
import { DatabaseModule } from '../database/database.module';
import { ReconciliationModule } from '../reconciliation/reconciliation.module';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG } from '../settings/tokens';
import { placingNow } from './placing-now';
import { SimulationController } from './simulation.controller';
import { Simulator } from './simulator';

const PLACING = Symbol('placement on the current cluster state');

/** What-if requests: where the replicas of a workload would be placed. */
@Module({
  imports: [ClusterModule, DatabaseModule, ReconciliationModule],
  controllers: [SimulationController],
  providers: [
    provided(
      PLACING,
      {
        config: CONFIG,
        view: InformedClusterView,
        reconciler: Reconciler,
        orgUnits: PostgresOrganisationUnits,
        tasks: ObservedTasks,
      },
      placingNow,
    ),
    provided(
      Simulator,
      { place: PLACING, view: InformedClusterView, clock: CLOCK },
      (on: Simulator['on']) => new Simulator(on),
    ),
  ],
})
export class SimulationModule {}
