import { createKafkaLog } from '@tessera/adapter-kafka';
import type { EventLog } from '@tessera/application-messaging';
import type { Config } from '@tessera/platform-config';
import type { Logger } from '@tessera/platform-logging';
import { createPostgresLog } from './postgres-log';

/** Variables that say which log there is and how to reach it. */
export const EVENT_LOG_VARIABLES = [
  'TESSERA_DATABASE_URL',
  'TESSERA_KAFKA_BROKERS',
  'TESSERA_KAFKA_SSL',
  'TESSERA_KAFKA_SASL_MECHANISM',
  'TESSERA_KAFKA_SASL_USERNAME',
  'TESSERA_KAFKA_SASL_PASSWORD',
  'TESSERA_TOPIC_PARTITIONS',
  'TESSERA_TOPIC_REPLICATION',
] as const;

export type EventLogConfig = Config<(typeof EVENT_LOG_VARIABLES)[number]>;

/** Kafka where brokers are named, else its stand-in on Postgres. Throws when SASL is half configured. */
export function openEventLog(config: EventLogConfig, clientId: string, logger: Logger): EventLog {
  const brokers = config.TESSERA_KAFKA_BROKERS;
  const partitions = config.TESSERA_TOPIC_PARTITIONS;
  if (brokers === undefined)
    return createPostgresLog({
      url: config.TESSERA_DATABASE_URL,
      applicationName: clientId,
      partitions,
      logger,
    });
  return createKafkaLog({
    brokers,
    clientId,
    ssl: config.TESSERA_KAFKA_SSL,
    ...sasl(config),
    partitions,
    replication: config.TESSERA_TOPIC_REPLICATION,
    logger,
  });
}

function sasl(config: EventLogConfig) {
  const mechanism = config.TESSERA_KAFKA_SASL_MECHANISM;
  if (mechanism === undefined) return {};
  const { TESSERA_KAFKA_SASL_USERNAME: username, TESSERA_KAFKA_SASL_PASSWORD: password } = config;
  if (username === undefined || password === undefined)
    throw new Error(
      'TESSERA_KAFKA_SASL_MECHANISM needs TESSERA_KAFKA_SASL_USERNAME and TESSERA_KAFKA_SASL_PASSWORD',
    );
  return { sasl: { mechanism, username, password } };
}
