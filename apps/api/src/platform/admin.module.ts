import {
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  consumerMetrics,
  databaseUnavailable,
  OutboxWatch,
  poolOf,
  watchPool,
} from '@tessera/adapter-postgres';
import { Relay, type EventLog } from '@tessera/application-messaging';
import { AdminServer } from '@tessera/platform-http';
import { Health } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { Registry } from '@tessera/platform-telemetry';
import type { ApiConfig } from '../config';
import { RelayModule, RelayProgress } from '../loops/relay.module';
import { API_CONFIG, EVENT_LOG, LOGGER, REGISTRY } from '../providers';
import { DatabaseModule } from './database.module';
import { EventLogModule } from './event-log.module';
import { TelemetryModule } from './telemetry.module';

/** Health and metrics at a port of their own. The first act of a stop is to report that the process is not ready. */
@Module({
  imports: [DatabaseModule, EventLogModule, RelayModule, TelemetryModule],
  providers: [
    {
      provide: Health,
      inject: [API_CONFIG, DataSource, EVENT_LOG, Relay, RelayProgress],
      useFactory: healthOf,
    },
    {
      provide: AdminServer,
      inject: [Health, REGISTRY, API_CONFIG, EVENT_LOG, LOGGER],
      useFactory: serverOf,
    },
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

function serverOf(
  health: Health,
  registry: Registry,
  { TESSERA_API_ADMIN_PORT: port, TESSERA_HOST: host }: ApiConfig,
  log: EventLog,
  logger: Logger,
): AdminServer {
  consumerMetrics(registry, () => log.positions());
  return new AdminServer({ health, registry }, { port, host, setting: 'TESSERA_API_ADMIN_PORT' }, logger);
}

function healthOf(
  config: ApiConfig,
  dataSource: DataSource,
  log: EventLog,
  relay: Relay,
  relayed: RelayProgress,
): Health {
  const health = new Health();
  health.addLivenessCheck('database pool', watchPool(poolOf(dataSource), config.TESSERA_LIVENESS_MS));
  health.addLivenessCheck('outbox relay', relayed.stalled);
  health.addCheck('database', () => databaseUnavailable(dataSource));
  health.addCheck('event log', () => log.unavailable());
  health.addCheck('consumers', () => log.stuck());
  const rows = new OutboxWatch(dataSource, 'api');
  health.addCheck('outbox', async () => relay.stuck() ?? (await rows.stuck()));
  return health;
}
