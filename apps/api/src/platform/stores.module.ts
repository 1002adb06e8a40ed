import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import {
  PostgresAccess,
  PostgresAssets,
  PostgresDirectory,
  PostgresEventStore,
  PostgresGatewayFeed,
  postgresOrganisation,
  PostgresSubjects,
  PostgresWorkloadStore,
  PostgresWorkloadReader,
} from '@tessera/adapter-postgres';
import { orgUnitMessages, type OrganisationStore } from '@tessera/application-control-plane';
import type { Clock, MonotonicClock } from '@tessera/kernel';
import { currentTraceparent } from '@tessera/platform-telemetry';
import type { ApiConfig } from '../config';
import {
  ACCESS,
  API_CONFIG,
  ASSETS,
  CLOCK,
  EVENT_STORE,
  GATEWAY_FEED,
  ORGANISATION,
  SUBJECTS,
  WORKLOAD_READER,
} from '../providers';
import { DatabaseModule } from './database.module';

type Config = Pick<ApiConfig, 'TESSERA_RECORD_LIMIT_BYTES' | 'TESSERA_TOPIC_PREFIX'>;

/** The stores of the control plane on Postgres. */
@Module({
  imports: [DatabaseModule],
  providers: [
    {
      provide: PostgresDirectory,
      inject: [DataSource, CLOCK],
      useFactory: (dataSource: DataSource, clock: MonotonicClock) =>
        PostgresDirectory.onPoolOf(dataSource, clock),
    },
    {
      provide: PostgresWorkloadStore,
      inject: [DataSource, PostgresDirectory, API_CONFIG],
      useFactory: (dataSource: DataSource, directory: PostgresDirectory, config: Config) =>
        new PostgresWorkloadStore(dataSource, directory, config.TESSERA_RECORD_LIMIT_BYTES),
    },
    { provide: ORGANISATION, inject: [DataSource, CLOCK, API_CONFIG], useFactory: organisation },
    on(ACCESS, (dataSource) => new PostgresAccess(dataSource)),
    on(ASSETS, (dataSource) => new PostgresAssets(dataSource)),
    on(EVENT_STORE, (dataSource) => new PostgresEventStore(dataSource)),
    on(GATEWAY_FEED, (dataSource) => new PostgresGatewayFeed(dataSource)),
    on(SUBJECTS, (dataSource) => new PostgresSubjects(dataSource)),
    on(WORKLOAD_READER, (dataSource) => new PostgresWorkloadReader(dataSource)),
  ],
  exports: [
    ACCESS,
    ASSETS,
    EVENT_STORE,
    GATEWAY_FEED,
    ORGANISATION,
    PostgresDirectory,
    PostgresWorkloadStore,
    SUBJECTS,
    WORKLOAD_READER,
  ],
})
export class StoresModule {}

function on<T>(provide: symbol, useFactory: (dataSource: DataSource) => T) {
  return { provide, inject: [DataSource], useFactory };
}

function organisation(
  dataSource: DataSource,
  clock: Clock,
  { TESSERA_TOPIC_PREFIX: topicPrefix, TESSERA_RECORD_LIMIT_BYTES: recordLimit }: Config,
): OrganisationStore {
  return postgresOrganisation(
    dataSource,
    (orgUnit) =>
      orgUnitMessages(orgUnit, {
        topicPrefix,
        newId: randomUUID,
        now: new Date(clock.now()).toISOString(),
        traceparent: currentTraceparent(),
      }),
    recordLimit,
  );
}
