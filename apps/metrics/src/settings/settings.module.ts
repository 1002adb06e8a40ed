import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Clock } from '@tessera/kernel';
import { Health } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { createRegistry, Registry } from '@tessera/platform-telemetry';
import type { MetricsConfig } from '../config';
import { metricsOfMetrics } from './metrics';
import { CLOCK, CONFIG, LOGGER, METRICS } from './tokens';

/** What the process gives to the application. */
export interface Settings {
  readonly config: MetricsConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly version: string;
}

/** Configuration, logger, clock, health and metrics, for every module. */
@Global()
@Module({})
export class SettingsModule {
  static of({ config, logger, clock, version }: Settings): DynamicModule {
    return {
      module: SettingsModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: CLOCK, useValue: clock },
        Health,
        { provide: Registry, useFactory: () => createRegistry('metrics', version) },
        { provide: METRICS, inject: [Registry], useFactory: metricsOfMetrics },
      ],
      exports: [CONFIG, LOGGER, CLOCK, Health, Registry, METRICS],
    };
  }
}
