import { createHash } from 'node:crypto';
import { createPostgresLog } from '@tessera/adapter-event-log';
import { createKafkaLog } from '@tessera/adapter-kafka';
import type { EventLog, IncomingRecord } from '@tessera/application-messaging';
import { silentLogger } from '@tessera/platform-logging';
import type { Connection } from '../../platform';
import type { LoggedRecord } from './recording';

/** The whole log of the platform. */
export interface WholeLog {
  /** Every record of the topics of workloads, topic by topic, in the order of the partitions. */
  readonly records: readonly LoggedRecord[];
  readonly deadLetters: number;
}

/** Header of records that the storm itself appended: repetitions of others, which count for nothing. */
export const STORM_HEADER = 'storm';

const DEAD_LETTERS = '.dlq';
export const COMMANDS = '.commands.v1';
export const EVENTS = '.events.v1';
const KINDS = { [COMMANDS]: 'commands', [EVENTS]: 'events', '.workloads.v1': 'workloads' } as const;

/** Opens the log of a platform; it exists already, with topics of its own. */
export function openLog({ kafkaBrokers, databaseUrl }: Connection): EventLog {
  const shared = { partitions: 1, logger: silentLogger };
  return kafkaBrokers === null
    ? createPostgresLog({ ...shared, url: databaseUrl, applicationName: 'storm' })
    : createKafkaLog({
        ...shared,
        ...{ brokers: kafkaBrokers.split(','), clientId: 'storm', ssl: false, replication: 1 },
      });
}

/** Every record of the topics that end so, in the order of their partitions. */
export async function readAll(
  log: EventLog,
  isRead: (topic: string) => boolean,
): Promise<readonly IncomingRecord[]> {
  const records: IncomingRecord[] = [];
  await log.read((await log.topicNames()).filter(isRead), (record) => void records.push(record));
  return records;
}

/** Reads all topics of the platform up to where they end now. */
export async function wholeLog(log: EventLog): Promise<WholeLog> {
  const all = await readAll(log, (topic) => topic.startsWith('tessera.'));
  return {
    records: all.flatMap(loggedRecord),
    deadLetters: all.filter(({ topic }) => topic.endsWith(DEAD_LETTERS)).length,
  };
}

/** Messages about organisation units are numbered in their own way, and dead letters are no part of the order. */
function loggedRecord({ topic, headers, value }: IncomingRecord): readonly LoggedRecord[] {
  const kind = Object.entries(KINDS).find(([end]) => topic.endsWith(end))?.[1];
  const { ce_id: id = '', ce_source: source = '', ce_subject: subject = '', ce_type: type = '' } = headers;
  if (kind === undefined || STORM_HEADER in headers || type.includes('.organisation.')) return [];
  const sequence = Number(headers['ce_sequence']);
  const content = createHash('sha1')
    .update(`${type} ${value ?? ''}`)
    .digest('hex');
  return [{ topic: kind, source, subject, sequence, id, type, content }];
}
