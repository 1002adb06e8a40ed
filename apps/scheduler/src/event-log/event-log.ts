import { openPostgresLog } from '@tessera/adapter-event-log';
import { openKafkaLog } from '@tessera/adapter-kafka';
import type { EventLog } from '@tessera/application-messaging';
import type { Logger } from '@tessera/platform-logging';
import type { SchedulerConfig } from '../config';

const CLIENT = 'tessera-scheduler';

/** Kafka where brokers are configured, else the event log on Postgres. */
export const openEventLog = (config: SchedulerConfig, logger: Logger): EventLog =>
  openKafkaLog(config, CLIENT, logger) ?? openPostgresLog(config, CLIENT, logger);
