import {
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
} from '@nestjs/common';
import { AdminServer } from '@tessera/platform-http';
import { Health } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { Registry } from '@tessera/platform-telemetry';
import type { MetricsConfig } from '../config';
import { CONFIG, LOGGER } from '../settings/tokens';
import { SourceModule } from '../source/source.module';

/** `/livez`, `/readyz` and `/metrics` on a port of their own. It imports what it reports on, so that it stops first. */
@Module({
  imports: [SourceModule],
  providers: [
    {
      provide: AdminServer,
      inject: [Health, Registry, CONFIG, LOGGER],
      useFactory: (health: Health, registry: Registry, config: MetricsConfig, logger: Logger) =>
        new AdminServer(
          { health, registry },
          {
            port: config.TESSERA_METRICS_ADMIN_PORT,
            host: config.TESSERA_HOST,
            setting: 'TESSERA_METRICS_ADMIN_PORT',
          },
          logger,
        ),
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
