import { Inject, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PostgresWorkloadStore } from '@tessera/adapter-postgres';
import type { MonotonicClock } from '@tessera/kernel';
import { runStops } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';
import { StoresModule } from '../platform/stores.module';
import { API_CONFIG, CLOCK, LOGGER, RATE_LIMIT, REFUSED_TOKENS } from '../providers';
import { AuditTrail } from './audit-trail';
import { RateLimit } from './rate-limit';

/** Rate limits of calls, and the audit log of them. Counted calls are written before the database is closed. */
@Module({
  imports: [StoresModule],
  providers: [
    {
      provide: RATE_LIMIT,
      inject: [API_CONFIG, CLOCK],
      useFactory: (config: ApiConfig, clock: MonotonicClock) =>
        new RateLimit(config.TESSERA_RATE_LIMIT_PER_MINUTE, clock),
    },
    {
      provide: REFUSED_TOKENS,
      inject: [API_CONFIG, CLOCK],
      useFactory: (config: ApiConfig, clock: MonotonicClock) =>
        new RateLimit(config.TESSERA_REFUSED_TOKENS_PER_MINUTE, clock, 'calls with a bad token'),
    },
    {
      provide: AuditTrail,
      inject: [PostgresWorkloadStore, LOGGER, CLOCK, API_CONFIG],
      useFactory: (store: PostgresWorkloadStore, logger: Logger, clock: MonotonicClock, config: ApiConfig) =>
        new AuditTrail({
          write: (entry) => store.transaction((tx) => tx.audit(entry)),
          logger,
          clock,
          flushMs: config.TESSERA_AUDIT_REFUSALS_MS,
        }),
    },
  ],
  exports: [AuditTrail, RATE_LIMIT, REFUSED_TOKENS],
})
export class LimitsModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly audit: AuditTrail,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.audit.start();
  }

  onApplicationShutdown(): Promise<void> {
    return runStops([{ name: 'audit log', stop: () => this.audit.stop() }], this.logger);
  }
}
