import {
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InformedClusterView, watchMetrics, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import { Relay } from '@tessera/application-messaging';
import { Reconciler } from '@tessera/application-reconciliation';
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
import { provided } from '../settings/provided';
import { CONFIG, LOGGER } from '../settings/tokens';
import { allocationsOf, clusterGauges, leadingGauge, type AllocationSources } from './gauges';
import { createHealth } from './health';

interface AdminDependencies extends AllocationSources {
  readonly config: SchedulerConfig;
  readonly logger: Logger;
  readonly health: Health;
  readonly registry: Registry;
  readonly connection: KubernetesConnection;
}

/** The server of the admin endpoints, with the gauges that are read at each scrape. */
function createServer({
  health,
  registry,
  config,
  logger,
  connection,
  ...sources
}: AdminDependencies): AdminServer {
  const allocations = allocationsOf(sources);
  leadingGauge(registry, allocations);
  clusterGauges(registry, allocations);
  watchMetrics(registry, connection.watches);
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
    ReconciliationModule,
    RelayModule,
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
        leadership: Leadership,
        view: InformedClusterView,
        reconciler: Reconciler,
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
