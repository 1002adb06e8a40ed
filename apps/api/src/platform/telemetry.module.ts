import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { organisationFigures, PostgresOutbox } from '@tessera/adapter-postgres';
import { createRegistry, type Registry } from '@tessera/platform-telemetry';
import { API_METRICS, REGISTRY, VERSION } from '../providers';
import { DatabaseModule } from './database.module';
import { apiMetrics } from './metrics';
import { organisationGauges } from './organisation-gauges';

/** The metrics of the API. */
@Module({
  imports: [DatabaseModule],
  providers: [
    {
      provide: REGISTRY,
      inject: [VERSION],
      useFactory: (version: string) => createRegistry('api', version),
    },
    {
      provide: API_METRICS,
      inject: [REGISTRY, PostgresOutbox, DataSource],
      useFactory: (registry: Registry, outbox: Pick<PostgresOutbox, 'lag'>, dataSource: DataSource) => {
        organisationGauges(registry, () => organisationFigures(dataSource));
        return apiMetrics(registry, { outbox: () => outbox.lag() });
      },
    },
  ],
  exports: [API_METRICS, REGISTRY],
})
export class TelemetryModule {}
