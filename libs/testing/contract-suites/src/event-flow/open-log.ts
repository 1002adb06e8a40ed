import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog } from '@tessera/adapter-kafka';
import type { EventLog } from '@tessera/application-messaging';
import { silentLogger } from '@tessera/platform-logging';

/** Address of an event log, as passed to a child process. */
export interface LogAddress {
  readonly kind: 'kafka' | 'postgres';
  /** Brokers, comma-separated, or the URL of the database. */
  readonly address: string;
}

const PARTITIONS = 6;

/** Opens either log, without credentials, for topics of six partitions; `replication` counts on Kafka only. */
export function openLog({ kind, address }: LogAddress, name: string, replication = 1): EventLog {
  const shared = { partitions: PARTITIONS, logger: silentLogger };
  return kind === 'kafka'
    ? createKafkaLog({ ...shared, brokers: address.split(','), clientId: name, ssl: false, replication })
    : createPostgresLog({ ...shared, url: address, applicationName: name });
}
