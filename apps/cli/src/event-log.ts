import { openPostgresLog } from '@tessera/adapter-event-log';
import { KAFKA_VARIABLES, openKafkaLog } from '@tessera/adapter-kafka';
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
  const log =
    openKafkaLog(config, CLIENT, silentLogger) ??
    openPostgresLog({ ...config, ...loadConfig(['TESSERA_DATABASE_URL'], env) }, CLIENT, silentLogger);
  return { log, prefix };
}
