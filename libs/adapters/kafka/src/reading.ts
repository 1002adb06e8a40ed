import { randomUUID } from 'node:crypto';
import type { Admin, Kafka } from 'kafkajs';
import type { IncomingRecord } from '@tessera/application-messaging';
import { toRecords } from './record';

/** End offsets by topic and partition, only of non-empty partitions. */
export type Ends = Map<string, bigint>;

/**
 * Reads the topics up to these end offsets. kafkajs reads only in groups, so a temporary group is created
 * (`tessera-read-<uuid>`) and deleted afterwards; nothing is committed in it.
 */
export async function readTopics(
  kafka: Kafka,
  admin: Admin,
  topics: readonly string[],
  until: Ends,
  each: (record: IncomingRecord) => void,
): Promise<void> {
  const ends = new Map(until);
  if (ends.size === 0) return;
  const groupId = `tessera-read-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, retry: { restartOnFailure: async () => false } });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await new Promise<void>((resolve, reject) => {
      consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
      // Also of batches without records, such as the markers of a transaction.
      consumer.on('consumer.end_batch_process', ({ payload: { topic, partition, lastOffset } }) => {
        const name = `${topic}/${partition}`;
        if (BigInt(lastOffset) + 1n >= (ends.get(name) ?? 0n)) ends.delete(name);
        if (ends.size === 0) resolve();
      });
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            const end = ends.get(`${batch.topic}/${batch.partition}`);
            if (end === undefined) return;
            for (const record of toRecords(batch.topic, batch.partition, batch.messages))
              if (BigInt(record.offset) < end) each(record);
          },
        })
        .catch(reject);
    });
  } finally {
    await consumer.disconnect().catch(() => undefined);
    // Brokers remove an empty group without offsets anyway.
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
}

/** Current end offsets of the topics. Right after creating a topic, brokers may answer that it has no leader yet. */
export async function endsOf(admin: Admin, topics: readonly string[]): Promise<Ends> {
  const ends: Ends = new Map();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (BigInt(high) > BigInt(low)) ends.set(`${topic}/${partition}`, BigInt(high));
  return ends;
}
