import { createHash, randomUUID } from 'node:crypto';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';
import type { Databases } from './database';
import type { LoggedRecord } from './recording';

/** The whole log of the platform. */
export interface WholeLog {
  /** Every record of the topics of workloads, topic by topic, in the order of the partitions. */
  readonly records: readonly LoggedRecord[];
  readonly deadLetters: number;
}

interface RawRecord {
  readonly topic: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string | null;
}

/** Header of records that the storm itself appended: repetitions of others, which count for nothing. */
export const STORM_HEADER = 'storm';

const DEAD_LETTERS = '.dlq';
const KINDS = { '.commands.v1': 'commands', '.events.v1': 'events', '.workloads.v1': 'workloads' } as const;

/** Reads the stand-in for Kafka. */
export async function logInPostgres(databases: Databases): Promise<WholeLog> {
  const rows = await databases.query<RawRecord>(
    'select topic, headers, value from event_log.records order by topic, partition, "offset"',
  );
  return wholeLog(rows);
}

/** Reads every topic of the platform up to the offsets that it has now. */
export async function logInKafka(brokers: string): Promise<WholeLog> {
  const kafka = new Kafka({ brokers: brokers.split(','), clientId: 'storm', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const topics = (await admin.listTopics()).filter((topic) => topic.startsWith('tessera.'));
  const left = new Map<string, bigint>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (BigInt(high) > BigInt(low)) left.set(`${topic}/${partition}`, BigInt(high) - 1n);
  await admin.disconnect();
  const records: RawRecord[] = [];
  if (left.size === 0) return wholeLog(records);
  const consumer = kafka.consumer({ groupId: `storm-${randomUUID()}` });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics, fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer
        .run({
          eachMessage: async ({ topic, partition, message }) => {
            records.push({ topic, headers: headersOf(message), value: message.value?.toString() ?? null });
            const last = left.get(`${topic}/${partition}`);
            if (last !== undefined && BigInt(message.offset) >= last) left.delete(`${topic}/${partition}`);
            if (left.size === 0) resolve();
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect();
  }
  return wholeLog(records);
}

const headersOf = ({ headers = {} }: KafkaMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

function wholeLog(raw: readonly RawRecord[]): WholeLog {
  return {
    records: raw.flatMap(loggedRecord),
    deadLetters: raw.filter(({ topic }) => topic.endsWith(DEAD_LETTERS)).length,
  };
}

/** Messages about organisation units are numbered in their own way, and dead letters are no part of the order. */
function loggedRecord({ topic, headers, value }: RawRecord): readonly LoggedRecord[] {
  const kind = Object.entries(KINDS).find(([end]) => topic.endsWith(end))?.[1];
  const { ce_id: id = '', ce_source: source = '', ce_subject: subject = '', ce_type: type = '' } = headers;
  if (kind === undefined || STORM_HEADER in headers || type.includes('.organisation.')) return [];
  const sequence = Number(headers['ce_sequence']);
  const content = createHash('sha1')
    .update(`${type} ${value ?? ''}`)
    .digest('hex');
  return [{ topic: kind, source, subject, sequence, id, type, content }];
}
