import type { EventLog } from '@tessera/application-messaging';
import type { Config } from '@tessera/platform-config';
import type { Logger } from '@tessera/platform-logging';
import { createPostgresLog } from './postgres-log';

/** Settings of the event log on Postgres. */
export type PostgresLogConfig = Config<
  'TESSERA_DATABASE_URL' | 'TESSERA_TOPIC_PARTITIONS' | 'TESSERA_RECORD_LIMIT_BYTES'
>;

/** The event log on Postgres from the configuration, for installations without Kafka. */
export const openPostgresLog = (
  config: PostgresLogConfig,
  applicationName: string,
  logger: Logger,
): EventLog =>
  createPostgresLog({
    url: config.TESSERA_DATABASE_URL,
    applicationName,
    partitions: config.TESSERA_TOPIC_PARTITIONS,
    recordLimit: config.TESSERA_RECORD_LIMIT_BYTES,
    logger,
  });
