import { Module } from '@nestjs/common';
import { KubernetesClusterWriter } from '@tessera/adapter-kubernetes';
import { PostgresAcceptedWorkloads, PostgresOrganisationUnits } from '@tessera/adapter-postgres';
import { Reconciler } from '@tessera/application-reconciliation';
import { ClusterModule } from '../cluster/cluster.module';
import { DatabaseModule } from '../database/database.module';
import { EVENT_LOG, EventLogModule } from '../event-log/event-log.module';
import { ProjectGuardrails } from '../guardrails/guardrails';
import { GuardrailsModule } from '../guardrails/guardrails.module';
import { METRICS, MetricsModule } from '../metrics/metrics.module';
import { ReconciliationModule } from '../reconciliation/reconciliation.module';
import { WorkNotifier } from '../reconciliation/work-notifier';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG, LOGGER } from '../settings/tokens';
import { CommandConsumer } from './commands';
import { createCommandConsumer } from './command-effects';

/** Consumes the commands for this cluster. */
@Module({
  imports: [
    ClusterModule,
    DatabaseModule,
    EventLogModule,
    GuardrailsModule,
    MetricsModule,
    ReconciliationModule,
  ],
  providers: [
    provided(
      CommandConsumer,
      {
        config: CONFIG,
        log: EVENT_LOG,
        workloads: PostgresAcceptedWorkloads,
        orgUnits: PostgresOrganisationUnits,
        guardrails: ProjectGuardrails,
        writer: KubernetesClusterWriter,
        reconciler: Reconciler,
        notifier: WorkNotifier,
        metrics: METRICS,
        clock: CLOCK,
        logger: LOGGER,
      },
      createCommandConsumer,
    ),
  ],
  exports: [CommandConsumer],
})
export class CommandsModule {}
