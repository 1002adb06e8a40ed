import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog, KAFKA_VARIABLES, kafkaOptions } from '@tessera/adapter-kafka';
import type { EventLog } from '@tessera/application-messaging';
import { loadConfig } from '@tessera/platform-config';
import { silentLogger } from '@tessera/platform-logging';

const CLIENT = 'tessera-cli';
const NAMES = [...KAFKA_VARIABLES, 'TESSERA_TOPIC_PREFIX'] as const;

/**
 * The event log of the services, from the same settings: Kafka where brokers are configured, else the event log on
 * Postgres, which needs a database URL. Throws with every problem of the settings.
 */
export function openEventLog(env: NodeJS.ProcessEnv): { readonly log: EventLog; readonly prefix: string } {
  const config = loadConfig(NAMES, env);
  const prefix = config.TESSERA_TOPIC_PREFIX;
  const kafka = kafkaOptions(config, CLIENT, silentLogger);
  if (kafka !== undefined) return { log: createKafkaLog(kafka), prefix };
  const { TESSERA_DATABASE_URL: url } = loadConfig(['TESSERA_DATABASE_URL'], env);
  const partitions = config.TESSERA_TOPIC_PARTITIONS;
  const recordLimit = config.TESSERA_RECORD_LIMIT_BYTES;
  return {
    log: createPostgresLog({ url, applicationName: CLIENT, partitions, recordLimit, logger: silentLogger }),
    prefix,
  };
}
