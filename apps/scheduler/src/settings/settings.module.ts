import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { steadyClock, type Clock, type MonotonicClock } from '@tessera/kernel';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import {
  createRegistry,
  Registry,
  startTracing,
  tracesFrom,
  type Tracing,
} from '@tessera/platform-telemetry';
import type { SchedulerConfig } from '../config';
import { CLOCK, CONFIG, LOGGER, ON_LOST, STEADY_CLOCK, TRACING } from './tokens';

/** What the process gives to the application. */
export interface Settings {
  readonly config: SchedulerConfig;
  readonly logger: Logger;
  readonly clock: Clock & MonotonicClock;
  readonly version: string;
  /** Called when leadership is lost: nothing may be written any more. */
  readonly onLost: () => void;
}

/** Configuration, logger, clock and telemetry, for every module. As a global module it stops last. */
@Global()
@Module({})
export class SettingsModule implements OnApplicationShutdown {
  constructor(
    @Inject(TRACING) private readonly tracing: Tracing,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  static of({ config, logger, clock, version, onLost }: Settings): DynamicModule {
    return {
      module: SettingsModule,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: LOGGER, useValue: logger },
        { provide: CLOCK, useValue: clock },
        { provide: STEADY_CLOCK, useValue: steadyClock(clock) },
        { provide: ON_LOST, useValue: onLost },
        { provide: Registry, useFactory: () => createRegistry('scheduler', version) },
        {
          provide: TRACING,
          useFactory: () =>
            startTracing(tracesFrom(config, 'scheduler', version), (problem) =>
              logger.warn({ problem }, 'could not export traces'),
            ),
        },
      ],
      exports: [CONFIG, LOGGER, CLOCK, STEADY_CLOCK, ON_LOST, Registry],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'traces', stop: () => this.tracing.stop() }], this.logger);
  }
}
