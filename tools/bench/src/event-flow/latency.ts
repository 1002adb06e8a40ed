import { appendOutbox, isDatabaseUnavailable } from '@tessera/adapter-postgres';
import { consumeEvents, type Received } from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';
import { pause, realPacing } from '@tessera/platform-lifecycle';
import { applyOnce, attributesOf, eventRecord } from '@tessera/testing-contract-suites';
import { Partitioners } from 'kafkajs';
import { Client } from 'pg';
import { quantile, rounded } from '../placement-trace/statistics';
import { relayOf } from './produce';
import { deferred, type Fixture } from './fixture';

const WORKLOADS = 100;
/** Pause between two writes, ms; what is due by then is written together. */
const TICK_MS = 5;
/** Events before those that count: connections, caches, the just-in-time compiler. */
const WARM_UP_SECONDS = 2;

export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Records when an event was published, by its id, and how long it took until it was handled. */
class Stopwatch {
  private readonly begun = new Map<string, number>();
  private readonly took: number[] = [];
  private left: number;
  private readonly finished = deferred();

  constructor(
    events: number,
    private readonly uncounted: number,
  ) {
    this.left = events;
  }

  begin(id: string): void {
    this.begun.set(id, performance.now());
  }

  end(id: string): void {
    const from = this.begun.get(id);
    // One that comes twice counts once.
    if (from === undefined) return;
    this.begun.delete(id);
    this.took.push(performance.now() - from);
    if ((this.left -= 1) === 0) this.finished.resolve();
  }

  async result(): Promise<Latency> {
    await this.finished.done;
    const ascending = this.took.slice(this.uncounted).sort((a, b) => a - b);
    return {
      p50Ms: rounded(quantile(ascending, 0.5), 1),
      p99Ms: rounded(quantile(ascending, 0.99), 1),
      maxMs: rounded(ascending.at(-1) ?? 0, 1),
    };
  }
}

export interface Load {
  readonly perSecond: number;
  readonly seconds: number;
}

type Write = (records: readonly ReturnType<typeof eventRecord>[]) => Promise<unknown>;

/** Writes events at an even rate, whether or not the earlier ones are there yet. */
async function drive(topic: Topic, load: Load, write: (watch: Stopwatch) => Write): Promise<Latency>;
async function drive(
  topic: Topic,
  { perSecond, seconds }: Load,
  write: (watch: Stopwatch) => Write,
): Promise<Latency> {
  const total = perSecond * (seconds + WARM_UP_SECONDS);
  const watch = new Stopwatch(total, perSecond * WARM_UP_SECONDS);
  const send = write(watch);
  const from = performance.now();
  const writes: Promise<unknown>[] = [];
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - from) / 1000) * perSecond));
    if (due > sent) {
      const records = Array.from({ length: due - sent }, (_unused, index) =>
        eventRecord(topic.name, (sent + index) % WORKLOADS, Math.floor((sent + index) / WORKLOADS)),
      );
      for (const { headers } of records) watch.begin(headers['ce_id'] ?? '');
      writes.push(send(records));
      sent = due;
    }
    await pause(TICK_MS);
  }
  await Promise.all(writes);
  return watch.result();
}

/** From before the write of the outbox until the effect is committed with the inbox, by relay and broker. */
export async function throughOutboxAndInbox(fixture: Fixture, topic: Topic, load: Load): Promise<Latency> {
  const { dataSource } = fixture;
  const group = `latency-${topic.name}`;
  let watch: Stopwatch | undefined;
  const subscription = await consumeEvents({
    log: fixture.log,
    group,
    topics: [topic],
    handleBatch: async (batch: readonly Received[]) => {
      await applyOnce(dataSource, group, batch);
      for (const { decoded } of batch) watch?.end(attributesOf(decoded).id);
    },
    isUnavailable: isDatabaseUnavailable,
    pacing: realPacing,
    onDeadLetter: (_record, error) => {
      throw error;
    },
  });
  const relay = relayOf(fixture);
  await relay.start();
  const latency = await drive(topic, load, (started) => {
    watch = started;
    return (records) => dataSource.transaction((tx) => appendOutbox(tx, 'api', records));
  });
  await relay.stop();
  await subscription.stop();
  return latency;
}

/**
 * One send at a time; what comes meanwhile goes together with the next. An idempotent producer of kafkajs that several sends
 * share mixes up its sequence numbers once the broker is slow, and then nothing more can be sent.
 */
function oneAtATime<T>(
  send: (items: readonly T[]) => Promise<unknown>,
): (items: readonly T[]) => Promise<void> {
  let waiting: T[] = [];
  let sending: Promise<void> | undefined;
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const items = waiting;
      waiting = [];
      await send(items);
    }
    sending = undefined;
  };
  return (items) => {
    waiting.push(...items);
    return (sending ??= run());
  };
}

/** kafkajs alone: sent at once, handled by doing nothing. */
export async function rawKafkaLatency({ kafka }: Fixture, topic: Topic, load: Load): Promise<Latency> {
  let watch: Stopwatch | undefined;
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  const consumer = kafka.consumer({ groupId: `raw-${topic.name}`, maxWaitTimeInMs: 50 });
  await Promise.all([producer.connect(), consumer.connect()]);
  await consumer.subscribe({ topics: [topic.name], fromBeginning: true });
  await consumer.run({
    eachBatch: async ({ batch }) => {
      for (const { headers } of batch.messages) watch?.end(String(headers?.['ce_id']));
    },
  });
  const latency = await drive(topic, load, (started) => {
    watch = started;
    return oneAtATime((records) =>
      producer.send({
        topic: topic.name,
        acks: -1,
        messages: records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
      }),
    );
  });
  await consumer.disconnect();
  await producer.disconnect();
  return latency;
}

/** Postgres alone: a row and a notification, read by whoever listens. */
export async function rawPostgresLatency({ pool, url }: Fixture, topic: Topic, load: Load): Promise<Latency> {
  await pool.query(
    'create table if not exists raw_events (id bigserial primary key, event_id text, value text)',
  );
  await pool.query('truncate raw_events restart identity');
  let watch: Stopwatch | undefined;
  const client = new Client({ connectionString: url });
  await client.connect();
  let notified = false;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    // A notification that comes while rows are read may be of rows that this reading does not see.
    while (notified) {
      notified = false;
      const { rows } = await client.query<{ event_id: string }>(
        'delete from raw_events returning event_id, value',
      );
      for (const { event_id: event } of rows) watch?.end(event);
    }
    reading = undefined;
  };
  const wake = (): void => {
    notified = true;
    reading ??= read();
  };
  client.on('notification', wake);
  await client.query('listen raw_events');
  const latency = await drive(topic, load, (started) => {
    watch = started;
    return async (records) => {
      await pool.query(
        `with written as (insert into raw_events (event_id, value) select * from unnest($1::text[], $2::text[]))
         select pg_notify('raw_events', '')`,
        [records.map(({ headers }) => headers['ce_id']), records.map(({ value }) => value)],
      );
    };
  });
  await reading;
  await client.end();
  return latency;
}
