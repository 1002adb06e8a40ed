import { Module } from '@nestjs/common';
import type { MeasuringDependencies, ScalingDependencies } from '@tessera/application-measuring';
import type { Clock } from '@tessera/kernel';
import type { MetricsConfig } from '../config';
import { CLOCK, CONFIG } from '../settings/tokens';
import type { OpenedSource } from '../source/source';
import { SOURCE, SourceModule } from '../source/source.module';
import { MeasurementsController, MEASURING } from './measurements.controller';
import { RequestTimes } from './request-times';
import { configuredQueries } from './scaling-queries';
import { SCALING, ScalingValuesController } from './scaling-values.controller';

/** Scrapes that a rate looks back over, so that a late or lost one leaves enough samples. */
const SCRAPES_PER_RATE = 4;

/** Measurements of workloads and pods. */
@Module({
  imports: [SourceModule],
  controllers: [MeasurementsController, ScalingValuesController],
  providers: [
    RequestTimes,
    {
      provide: MEASURING,
      inject: [SOURCE, CLOCK, CONFIG],
      useFactory: ({ source }: OpenedSource, clock: Clock, config: MetricsConfig): MeasuringDependencies => ({
        source,
        clock,
        rateWindowMs: SCRAPES_PER_RATE * config.TESSERA_SCRAPE_INTERVAL_MS,
        presentStepMs: Math.max(1, config.TESSERA_METRICS_SHARED_MS),
      }),
    },
    {
      provide: SCALING,
      inject: [MEASURING, SOURCE, CONFIG],
      useFactory: (
        measuring: MeasuringDependencies,
        { want }: OpenedSource,
        config: MetricsConfig,
      ): ScalingDependencies => ({ ...measuring, want, queries: configuredQueries(config) }),
    },
  ],
})
export class MeasurementsModule {}
