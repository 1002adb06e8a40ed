import type { Server } from 'node:http';
import {
  Inject,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { closeServer, createAdminServer, listen } from '@tessera/platform-http';
import { Health, runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { Registry } from '@tessera/platform-telemetry';
import type { MetricsConfig } from '../config';
import { CONFIG, LOGGER } from '../settings/tokens';
import { SourceModule } from '../source/source.module';

const ADMIN_SERVER = Symbol('admin server');

/** `/livez`, `/readyz` and `/metrics` on a port of their own. It imports what it reports on, so that it stops first. */
@Module({
  imports: [SourceModule],
  providers: [
    {
      provide: ADMIN_SERVER,
      inject: [Health, Registry],
      useFactory: (health: Health, registry: Registry) => createAdminServer({ health, registry }),
    },
  ],
})
export class AdminModule implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  constructor(
    private readonly health: Health,
    @Inject(ADMIN_SERVER) private readonly server: Server,
    @Inject(CONFIG) private readonly config: MetricsConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { TESSERA_METRICS_ADMIN_PORT: port, TESSERA_HOST: host } = this.config;
    await listen(this.server, port, host, 'TESSERA_METRICS_ADMIN_PORT');
  }

  /** The first step of a stop: not ready any more, while everything still runs. */
  onModuleDestroy(): void {
    this.health.beginStop();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'admin server', stop: () => closeServer(this.server) }], this.logger);
  }
}
