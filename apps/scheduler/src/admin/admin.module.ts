import {
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { consumerMetrics } from '@tessera/adapter-postgres';
import { InformedClusterView, watchMetrics, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { Relay, type EventLog } from '@tessera/application-messaging';
import { Reconciler, ScalingController } from '@tessera/application-reconciliation';
import { AdminServer } from '@tessera/platform-http';
import { Health } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { Registry } from '@tessera/platform-telemetry';
import { CONNECTION, ClusterModule } from '../cluster/cluster.module';
import type { SchedulerConfig } from '../config';
import { DatabaseModule } from '../database/database.module';
import { EVENT_LOG, EventLogModule } from '../event-log/event-log.module';
import { Leadership } from '../leadership/leadership';
import { LeadershipModule } from '../leadership/leadership.module';
import { RECONCILE_PROGRESS, ReconciliationModule } from '../reconciliation/reconciliation.module';
import { RELAY_PROGRESS, RelayModule } from '../relay/relay.module';
import { ScalingModule } from '../scaling/scaling.module';
import { ClusterNodes } from '../nodes/cluster-nodes';
import { NodesModule } from '../nodes/nodes.module';
import { provided } from '../settings/provided';
import { CONFIG, LOGGER } from '../settings/tokens';
import {
  allocationsOf,
  awaitingQuotaGauge,
  backlogGauges,
  clusterGauges,
  leadingGauge,
  type AllocationSources,
} from './gauges';
import { deviceGauges } from './device-gauges';
import { createHealth } from './health';
import { nodeGauges } from './node-gauges';
import { workloadGauges } from './workload-gauges';

interface AdminDependencies {
  readonly leadership: AllocationSources['leadership'];
  readonly view: InformedClusterView;
  readonly reconciler: Reconciler;
  readonly scaling: ScalingController;
  readonly nodes: ClusterNodes;
  readonly config: SchedulerConfig;
  readonly logger: Logger;
  readonly health: Health;
  readonly registry: Registry;
  readonly connection: KubernetesConnection;
  readonly log: EventLog;
}

/** The server of the admin endpoints, with the gauges that are read at each scrape. */
function createServer({
  health,
  registry,
  config,
  logger,
  connection,
  log,
  scaling,
  nodes,
  ...sources
}: AdminDependencies): AdminServer {
  const allocations = allocationsOf(sources);
  leadingGauge(registry, allocations);
  clusterGauges(registry, allocations);
  const { leadership, view, reconciler } = sources;
  workloadGauges(registry, {
    get leading() {
      return leadership.leading;
    },
    replicas: () => allocations.replicas(),
    refOf: (id) => reconciler.refOf(id),
    figures: () => scaling.figures(),
  });
  nodeGauges(registry, {
    get leading() {
      return leadership.leading;
    },
    nodes: () => view.nodes(),
  });
  deviceGauges(registry, {
    get leading() {
      return leadership.leading;
    },
    clusterId: config.TESSERA_CLUSTER_ID,
    nodes: () => (nodes.loaded ? nodes.reports() : []),
  });
  backlogGauges(registry, reconciler);
  awaitingQuotaGauge(registry, allocations, reconciler);
  watchMetrics(registry, connection.watches);
  consumerMetrics(registry, () => log.positions());
  const { TESSERA_SCHEDULER_ADMIN_PORT: port, TESSERA_HOST: host } = config;
  return new AdminServer(
    { health, registry },
    { port, host, setting: 'TESSERA_SCHEDULER_ADMIN_PORT' },
    logger,
  );
}

/** `/livez`, `/readyz` and `/metrics` on a port of their own. */
@Module({
  imports: [
    ClusterModule,
    DatabaseModule,
    EventLogModule,
    LeadershipModule,
    NodesModule,
    ReconciliationModule,
    RelayModule,
    ScalingModule,
  ],
  providers: [
    provided(
      Health,
      {
        config: CONFIG,
        dataSource: DataSource,
        log: EVENT_LOG,
        view: InformedClusterView,
        relay: Relay,
        relayed: RELAY_PROGRESS,
        reconciled: RECONCILE_PROGRESS,
      },
      createHealth,
    ),
    provided(
      AdminServer,
      {
        config: CONFIG,
        logger: LOGGER,
        health: Health,
        registry: Registry,
        connection: CONNECTION,
        log: EVENT_LOG,
        leadership: Leadership,
        view: InformedClusterView,
        reconciler: Reconciler,
        scaling: ScalingController,
        nodes: ClusterNodes,
      },
      createServer,
    ),
  ],
})
export class AdminModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(private readonly server: AdminServer) {}

  onApplicationBootstrap(): Promise<void> {
    return this.server.start();
  }

  onModuleDestroy(): void {
    this.server.beginStop();
  }

  onApplicationShutdown(): Promise<void> {
    return this.server.stop();
  }
}
