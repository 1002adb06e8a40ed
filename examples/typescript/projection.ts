// Which workloads there are now, and in which phase: rebuilt from the beginning of the compacted topic, then kept up to date.
//
//   npm install kafkajs @tessera/contracts-events
//   KAFKA_BROKERS=localhost:9092 npx tsx projection.ts [--once]
import { randomUUID } from 'node:crypto';
import { decodeEvent, InvalidEventError, isEvent, recordOf, workloadsTopic } from '@tessera/contracts-events';
import { Kafka, logLevel, type KafkaMessage } from 'kafkajs';

const once = process.argv.includes('--once');
const topic = workloadsTopic(process.env['TOPIC_PREFIX'] ?? 'tessera').name;
const brokers = (process.env['KAFKA_BROKERS'] ?? 'localhost:9092').split(',');
const kafka = new Kafka({ brokers, clientId: 'projection', logLevel: logLevel.ERROR });

interface Row {
  readonly name: string;
  readonly projectId: string;
  readonly phase: string;
  readonly sequence: number;
}
const projection = new Map<string, Row>();

function apply(message: KafkaMessage): void {
  let decoded;
  try {
    decoded = decodeEvent(recordOf(message));
  } catch (error) {
    // Of a type that this version of the kit does not know, or damaged: not ours to stop at.
    if (!(error instanceof InvalidEventError)) throw error;
    console.error(`skipped offset ${message.offset}: ${error.message}`);
    return;
  }
  if (decoded.kind === 'tombstone') {
    projection.delete(decoded.attributes.subject);
    return;
  }
  const { event } = decoded;
  if (!isEvent(event, 'state')) return;
  const { workloadId, name, projectId, phase, sequence } = event.data;
  // A record may come twice, and an older state must not replace a newer one.
  if (sequence <= (projection.get(workloadId)?.sequence ?? -1)) return;
  projection.set(workloadId, { name, projectId, phase, sequence });
}

const print = (): void => {
  const rows = [...projection].map(([workloadId, row]) => ({ workloadId, ...row }));
  console.log(JSON.stringify(rows.sort((a, b) => (a.name < b.name ? -1 : 1))));
};

async function main(): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  // Until here it is a rebuild; what comes later are changes.
  const behind = new Map<number, bigint>();
  for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
    if (BigInt(high) > BigInt(low)) behind.set(partition, BigInt(high));
  await admin.disconnect();
  if (behind.size === 0) print();
  if (behind.size === 0 && once) return;

  // The projection is in memory, so each start is a new group that begins at the beginning and commits nothing.
  const consumer = kafka.consumer({ groupId: `projection-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const rebuilt = new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
    consumer
      .run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          batch.messages.forEach(apply);
          const end = behind.get(batch.partition);
          if (end !== undefined && BigInt(batch.lastOffset()) + 1n >= end) behind.delete(batch.partition);
          if (behind.size === 0) {
            print();
            resolve();
          }
        },
      })
      .catch(reject);
  });
  await rebuilt;
  if (once) await consumer.disconnect();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
