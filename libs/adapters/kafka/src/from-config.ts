import type { EventLog } from '@tessera/application-messaging';
import type { Config } from '@tessera/platform-config';
import type { Logger } from '@tessera/platform-logging';
import { createKafkaLog, type KafkaLogOptions } from './kafka-log';

/** Settings of the connection to the brokers. */
export const KAFKA_VARIABLES = [
  'TESSERA_KAFKA_BROKERS',
  'TESSERA_KAFKA_SSL',
  'TESSERA_KAFKA_CA',
  'TESSERA_KAFKA_SASL_MECHANISM',
  'TESSERA_KAFKA_SASL_USERNAME',
  'TESSERA_KAFKA_SASL_PASSWORD',
  'TESSERA_TOPIC_PARTITIONS',
  'TESSERA_TOPIC_REPLICATION',
  'TESSERA_RECORD_LIMIT_BYTES',
] as const;

export type KafkaConfig = Config<(typeof KAFKA_VARIABLES)[number]>;

/** The log on Kafka; undefined if no brokers are set. Throws if SASL is incomplete. */
export function openKafkaLog(config: KafkaConfig, clientId: string, logger: Logger): EventLog | undefined {
  const options = kafkaOptions(config, clientId, logger);
  return options && createKafkaLog(options);
}

/** Options of the log from the configuration; undefined if no brokers are set. Throws if SASL is incomplete. */
export function kafkaOptions(
  config: KafkaConfig,
  clientId: string,
  logger: Logger,
): KafkaLogOptions | undefined {
  const brokers = config.TESSERA_KAFKA_BROKERS;
  if (brokers === undefined) return undefined;
  return {
    brokers,
    clientId,
    ssl: tls(config),
    ...sasl(config),
    partitions: config.TESSERA_TOPIC_PARTITIONS,
    replication: config.TESSERA_TOPIC_REPLICATION,
    recordLimit: config.TESSERA_RECORD_LIMIT_BYTES,
    logger,
  };
}

function tls({ TESSERA_KAFKA_SSL: on, TESSERA_KAFKA_CA: ca }: KafkaConfig): KafkaLogOptions['ssl'] {
  if (ca === undefined) return on;
  if (!on) throw new Error('TESSERA_KAFKA_CA needs TESSERA_KAFKA_SSL=true');
  return { ca };
}

function sasl(config: KafkaConfig): Pick<KafkaLogOptions, 'sasl'> {
  const mechanism = config.TESSERA_KAFKA_SASL_MECHANISM;
  if (mechanism === undefined) return {};
  const { TESSERA_KAFKA_SASL_USERNAME: username, TESSERA_KAFKA_SASL_PASSWORD: password } = config;
  if (username === undefined || password === undefined)
    throw new Error(
      'TESSERA_KAFKA_SASL_MECHANISM needs TESSERA_KAFKA_SASL_USERNAME and TESSERA_KAFKA_SASL_PASSWORD',
    );
  return { sasl: { mechanism, username, password } };
}
