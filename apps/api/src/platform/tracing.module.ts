import { Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Logger } from '@tessera/platform-logging';
import { startTracing, tracesFrom, type Tracing } from '@tessera/platform-telemetry';
import type { ApiConfig } from '../config';
import { API_CONFIG, LOGGER, VERSION } from '../providers';

const TRACING = Symbol('tracing');

/** Traces, where an endpoint is configured. Global modules start first and stop last: spans of the stop are exported. */
@Global()
@Module({
  providers: [
    {
      provide: TRACING,
      inject: [API_CONFIG, VERSION, LOGGER],
      useFactory: (config: ApiConfig, version: string, logger: Logger) =>
        startTracing(tracesFrom(config, 'api', version), (problem) =>
          logger.warn({ problem }, 'could not export traces'),
        ),
    },
  ],
})
export class TracingModule implements OnApplicationShutdown {
  constructor(@Inject(TRACING) private readonly tracing: Tracing) {}

  onApplicationShutdown(): Promise<void> {
    return this.tracing.stop();
  }
}
