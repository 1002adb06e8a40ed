import { Module } from '@nestjs/common';
import {
  InformedClusterView,
  KubernetesClusterWriter,
  KubernetesMigNodes,
} from '@tessera/adapter-kubernetes';
import { PostgresAcceptedWorkloads, PostgresOrganisationUnits } from '@tessera/adapter-postgres';
import {
  KnownWorkloads,
  LoadStore,
  ObservedTasks,
  Reconciler,
  ScalingController,
  StartRecorder,
} from '@tessera/application-reconciliation';
import type { Clock } from '@tessera/kernel';
import { LOOP_PATIENCE, Progress } from '@tessera/platform-lifecycle';
import { ClusterChanges } from '../cluster/cluster-changes';
import { ClusterModule } from '../cluster/cluster.module';
import type { SchedulerConfig } from '../config';
import { DatabaseModule } from '../database/database.module';
import { ProjectGuardrails } from '../guardrails/guardrails';
import { GuardrailsModule } from '../guardrails/guardrails.module';
import { METRICS, MetricsModule } from '../metrics/metrics.module';
import { ReconcilerLink } from '../scaling/reconciler-link';
import { ScalingModule } from '../scaling/scaling.module';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG, LOGGER, STEADY_CLOCK } from '../settings/tokens';
import { ReconcileLoop } from './reconcile-loop';
import { createLoop, createReconciler } from './reconciler';
import { WorkNotifier } from './work-notifier';

/** Progress of the reconcile loop, for the liveness check (`Progress`). */
export const RECONCILE_PROGRESS = Symbol('progress of the reconcile loop');

/** The reconciler of all workloads of the cluster and the loop that runs it. */
@Module({
  imports: [ClusterModule, DatabaseModule, GuardrailsModule, MetricsModule, ScalingModule],
  providers: [
    WorkNotifier,
    {
      provide: ObservedTasks,
      inject: [STEADY_CLOCK],
      useFactory: (clock: Clock) => new ObservedTasks(clock),
    },
    provided(
      Reconciler,
      {
        config: CONFIG,
        workloads: PostgresAcceptedWorkloads,
        orgUnits: PostgresOrganisationUnits,
        known: KnownWorkloads,
        view: InformedClusterView,
        changes: ClusterChanges,
        writer: KubernetesClusterWriter,
        migNodes: KubernetesMigNodes,
        guardrails: ProjectGuardrails,
        tasks: ObservedTasks,
        notifier: WorkNotifier,
        scaling: ScalingController,
        load: LoadStore,
        starts: StartRecorder,
        link: ReconcilerLink,
        metrics: METRICS,
        clock: STEADY_CLOCK,
        wall: CLOCK,
        logger: LOGGER,
      },
      createReconciler,
    ),
    {
      provide: RECONCILE_PROGRESS,
      inject: [CONFIG],
      useFactory: (config: SchedulerConfig) => new Progress(config.TESSERA_LIVENESS_MS * LOOP_PATIENCE),
    },
    provided(
      ReconcileLoop,
      {
        reconciler: Reconciler,
        notifier: WorkNotifier,
        config: CONFIG,
        metrics: METRICS,
        progress: RECONCILE_PROGRESS,
        logger: LOGGER,
      },
      createLoop,
    ),
  ],
  exports: [Reconciler, ReconcileLoop, WorkNotifier, ObservedTasks, RECONCILE_PROGRESS],
})
export class ReconciliationModule {}
