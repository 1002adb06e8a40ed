import type { Server } from 'node:http';
import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { databaseUnavailable, poolOf, watchPool } from '@tessera/adapter-postgres';
import { Relay, type EventLog } from '@tessera/application-messaging';
import { closeServer, createAdminServer, listen } from '@tessera/platform-http';
import { Health, runStops } from '@tessera/platform-lifecycle';
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
  ],
})
export class AdminModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  private readonly server: Server;

  constructor(
    private readonly health: Health,
    @Inject(REGISTRY) registry: Registry,
    @Inject(API_CONFIG) private readonly config: ApiConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.server = createAdminServer({ health, registry });
  }

  onApplicationBootstrap(): Promise<void> {
    const { TESSERA_API_ADMIN_PORT: port, TESSERA_HOST: host } = this.config;
    return listen(this.server, port, host, 'TESSERA_API_ADMIN_PORT');
  }

  onModuleDestroy(): void {
    this.health.beginStop();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'admin server', stop: () => closeServer(this.server) }], this.logger);
  }
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
  health.addCheck('outbox', () => relay.stuck());
  return health;
}
