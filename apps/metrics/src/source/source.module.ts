import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '@tessera/kernel';
import { Health, runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { MetricsConfig } from '../config';
import type { MetricsOfMetrics } from '../settings/metrics';
import { CLOCK, CONFIG, LOGGER, METRICS } from '../settings/tokens';
import { openSource, type OpenedSource } from './source';

/** The series that measurements are computed from (`OpenedSource`). */
export const SOURCE = Symbol('source of series');

/** Series from Prometheus or from own scrapes, which run from the start to the end of the application. */
@Module({
  providers: [
    {
      provide: SOURCE,
      inject: [CONFIG, CLOCK, Health, METRICS, LOGGER],
      useFactory: (
        config: MetricsConfig,
        clock: Clock,
        health: Health,
        metrics: MetricsOfMetrics,
        logger: Logger,
      ) => openSource({ config, clock, health, metrics, logger }),
    },
  ],
  exports: [SOURCE],
})
export class SourceModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(SOURCE) private readonly opened: OpenedSource,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.opened.scraper?.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await runStops([{ name: 'scraper', stop: () => this.opened.scraper?.stop() }], this.logger);
  }
}
