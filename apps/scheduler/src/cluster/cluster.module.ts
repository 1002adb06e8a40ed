import { Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import {
  connectKubernetes,
  InformedClusterView,
  KubernetesClusterWriter,
  KubernetesMigNodes,
  LeaderElection,
  type KubernetesConnection,
} from '@tessera/adapter-kubernetes';
import { PostgresAcceptedWorkloads } from '@tessera/adapter-postgres';
import { KnownWorkloads } from '@tessera/application-reconciliation';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';
import { DatabaseModule } from '../database/database.module';
import { ProjectGuardrails } from '../guardrails/guardrails';
import { GUARDRAIL_SETTINGS, GuardrailsModule } from '../guardrails/guardrails.module';
import { provided } from '../settings/provided';
import { CLOCK, CONFIG, LOGGER, STEADY_CLOCK } from '../settings/tokens';
import { ClusterChanges } from './cluster-changes';
import { createElection, createKnownWorkloads, createMigNodes, createView, createWriter } from './cluster';

/** The connection to the API server (`KubernetesConnection`). */
export const CONNECTION = Symbol('connection to the cluster');

const base = { config: CONFIG, connection: CONNECTION };

/** The Kubernetes cluster: its connection, the view of its state, the lease, and the writers that need it. */
@Module({
  imports: [DatabaseModule, GuardrailsModule],
  providers: [
    ClusterChanges,
    {
      provide: CONNECTION,
      inject: [CONFIG],
      useFactory: (config: SchedulerConfig) =>
        connectKubernetes(config.TESSERA_KUBECONFIG, 'scheduler', {
          watchSilenceMs: config.TESSERA_WATCH_SILENCE_MS,
        }),
    },
    provided(LeaderElection, { ...base, clock: CLOCK, logger: LOGGER }, createElection),
    provided(
      KnownWorkloads,
      { workloads: PostgresAcceptedWorkloads, changes: ClusterChanges, logger: LOGGER },
      createKnownWorkloads,
    ),
    provided(
      InformedClusterView,
      { ...base, known: KnownWorkloads, changes: ClusterChanges, clock: STEADY_CLOCK, logger: LOGGER },
      createView,
    ),
    provided(
      KubernetesClusterWriter,
      {
        ...base,
        view: InformedClusterView,
        election: LeaderElection,
        settings: GUARDRAIL_SETTINGS,
        guardrails: ProjectGuardrails,
      },
      createWriter,
    ),
    provided(
      KubernetesMigNodes,
      { ...base, view: InformedClusterView, election: LeaderElection },
      createMigNodes,
    ),
  ],
  exports: [
    ClusterChanges,
    CONNECTION,
    LeaderElection,
    KnownWorkloads,
    InformedClusterView,
    KubernetesClusterWriter,
    KubernetesMigNodes,
  ],
})
export class ClusterModule implements OnApplicationShutdown {
  constructor(
    @Inject(CONNECTION) private readonly connection: KubernetesConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'cluster connection', stop: () => this.connection.close() }], this.logger);
  }
}
