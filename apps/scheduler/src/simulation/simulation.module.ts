import { Module } from '@nestjs/common';
import { InformedClusterView } from '@tessera/adapter-kubernetes';
import { PostgresAcceptedWorkloads, PostgresOrganisationUnits } from '@tessera/adapter-postgres';
import { ObservedTasks, Reconciler } from '@tessera/application-reconciliation';
import { ClusterModule } from '../cluster/cluster.module';
import { DatabaseModule } from '../database/database.module';
import { ReconciliationModule } from '../reconciliation/reconciliation.module';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG } from '../settings/tokens';
import { ExplanationController } from './explanation.controller';
import { explainingNow, placingNow } from './placing-now';
import { SimulationController } from './simulation.controller';
import { Simulator } from './simulator';

const PLACING = Symbol('placement on the current cluster state');
const EXPLAINING = Symbol('explanations of placement on the current cluster state');
const ON_CLUSTER = {
  config: CONFIG,
  view: InformedClusterView,
  reconciler: Reconciler,
  orgUnits: PostgresOrganisationUnits,
  tasks: ObservedTasks,
};

/** Where the replicas of a workload would be placed, and why. */
@Module({
  imports: [ClusterModule, DatabaseModule, ReconciliationModule],
  controllers: [SimulationController, ExplanationController],
  providers: [
    provided(PLACING, ON_CLUSTER, placingNow),
    provided(EXPLAINING, ON_CLUSTER, explainingNow),
    provided(
      Simulator,
      {
        place: PLACING,
        explain: EXPLAINING,
        workloads: PostgresAcceptedWorkloads,
        view: InformedClusterView,
        clock: CLOCK,
      },
      (on: Simulator['on']) => new Simulator(on),
    ),
  ],
})
export class SimulationModule {}
