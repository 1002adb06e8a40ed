import { isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, type Received } from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';
import { realPacing } from '@tessera/platform-lifecycle';
import { eventRecord } from '@tessera/testing-contract-suites';
import { recordOnce, recordRaw, type HistoryRow } from './history';
import { deferred, HANDLERS, type Fixture } from './fixture';

const WORKLOADS = 1_000;
const PUBLISHED_AT_ONCE = 1_000;

/** Fills the topic with as many events of a thousand workloads. */
export async function fill({ log }: Fixture, topic: Topic, events: number): Promise<void> {
  for (let at = 0; at < events; at += PUBLISHED_AT_ONCE) {
    const records = Array.from({ length: PUBLISHED_AT_ONCE }, (_unused, index) =>
      eventRecord(topic.name, (at + index) % WORKLOADS, Math.floor((at + index) / WORKLOADS)),
    );
    // As a relay does: what was not confirmed is sent again, by a producer with a new identity.
    await log.publish(records).catch(() => log.publish(records));
  }
}

/** Counts records from the first to the last; joining a group is nobody's merit. */
class Meter {
  private from = 0;
  private seen = 0;
  private batches = 0;
  private readonly finished = deferred();

  constructor(private readonly events: number) {}

  /** Call it when a batch arrives. */
  begin(): void {
    if (this.from === 0) this.from = performance.now();
  }

  add(records: number): void {
    this.seen += records;
    this.batches += 1;
    if (this.seen >= this.events) this.finished.resolve();
  }

  async result(): Promise<{ readonly perSecond: number; readonly batch: number }> {
    await this.finished.done;
    const seconds = (performance.now() - this.from) / 1000;
    return { perSecond: Math.round(this.seen / seconds), batch: Math.round(this.seen / this.batches) };
  }
}

export type Rate = Awaited<ReturnType<Meter['result']>>;

let groups = 0;
const newGroup = (): string => `bench-${(groups += 1)}`;

/** Our consumer: decoded and validated, with the effect and the inbox in one transaction per batch where asked for. */
export async function ours(fixture: Fixture, topic: Topic, events: number, inbox: boolean): Promise<Rate> {
  const meter = new Meter(events);
  const group = newGroup();
  const subscription = await consumeEvents({
    log: fixture.log,
    group,
    topics: [topic],
    handleBatch: async (batch: readonly Received[]) => {
      meter.begin();
      if (inbox) await recordOnce(fixture.dataSource, group, batch);
    },
    onHandled: (records) => meter.add(records),
    isUnavailable: isDatabaseUnavailable,
    pacing: realPacing,
    onDeadLetter: (_record, error) => {
      throw error;
    },
  });
  const rate = await meter.result();
  await subscription.stop();
  return rate;
}

/**
 * kafkajs with the settings of our adapter and nothing else: attributes and data are read as any consumer of CloudEvents
 * has to, but not validated; the offset is committed after each batch.
 */
export async function rawKafka({ kafka }: Fixture, topic: Topic, events: number): Promise<Rate> {
  const meter = new Meter(events);
  const consumer = kafka.consumer({ groupId: newGroup(), maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic.name], fromBeginning: true });
  let bytes = 0;
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    partitionsConsumedConcurrently: HANDLERS,
    eachBatch: async ({ batch }) => {
      meter.begin();
      for (const { value, headers } of batch.messages) {
        const attributes: Record<string, string> = {};
        for (const name in headers) attributes[name] = String(headers[name]);
        const data = JSON.parse(String(value)) as { name: string };
        bytes += data.name.length + Object.keys(attributes).length;
      }
      const offset = (BigInt(batch.lastOffset()) + 1n).toString();
      await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset }]);
      meter.add(batch.messages.length);
    },
  });
  const rate = await meter.result();
  await consumer.disconnect();
  if (bytes === 0) throw new Error('the raw consumer read nothing');
  return rate;
}

/**
 * The rows that a consumer with an inbox writes, by the bare driver in transactions of the same size, one after the other
 * on each connection; nothing is read, decoded or validated.
 */
export async function rawPostgres(
  { pool }: Fixture,
  events: number,
  batch: number,
  connections: number,
): Promise<Rate> {
  const meter = new Meter(events);
  const consumer = newGroup();
  const rows = Array.from({ length: events }, (_unused, index): HistoryRow => {
    const { key, headers, value } = eventRecord('', index % WORKLOADS, Math.floor(index / WORKLOADS));
    return {
      eventId: headers['ce_id'] ?? '',
      workloadId: key,
      at: headers['ce_time'] ?? '',
      body: value ?? 'null',
    };
  });
  let at = 0;
  meter.begin();
  const worker = async (): Promise<void> => {
    const client = await pool.connect();
    while (at < events) {
      const part = rows.slice(at, (at += batch));
      await recordRaw(client, consumer, part);
      meter.add(part.length);
    }
    client.release();
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return meter.result();
}
