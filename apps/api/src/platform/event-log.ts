import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog, kafkaOptions } from '@tessera/adapter-kafka';
import type { EventLog } from '@tessera/application-messaging';
import type { Logger } from '@tessera/platform-logging';
import type { ApiConfig } from '../config';

/** Kafka where brokers are configured, else the event log on Postgres. */
export function openEventLog(config: ApiConfig, logger: Logger): EventLog {
  const name = 'tessera-api';
  const kafka = kafkaOptions(config, name, logger);
  if (kafka !== undefined) return createKafkaLog(kafka);
  const { TESSERA_DATABASE_URL: url, TESSERA_TOPIC_PARTITIONS: partitions } = config;
  const recordLimit = config.TESSERA_RECORD_LIMIT_BYTES;
  return createPostgresLog({ url, applicationName: name, partitions, recordLimit, logger });
}
