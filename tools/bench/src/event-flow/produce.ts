import { appendOutbox, PostgresOutbox } from '@tessera/adapter-postgres';
import { Relay, type OutgoingRecord } from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import { realPacing } from '@tessera/platform-lifecycle';
import { eventRecord } from '@tessera/testing-contract-suites';
import { Partitioners } from 'kafkajs';
import { deferred, type Fixture } from './fixture';

const WORKLOADS = 1_000;
/** Rows of a transaction, and records of a raw batch. */
const BATCH = 500;

const batches = (topic: Topic, events: number): readonly (readonly OutgoingRecord[])[] =>
  Array.from({ length: Math.ceil(events / BATCH) }, (_unused, batch) =>
    Array.from({ length: BATCH }, (_none, index) => {
      const number = batch * BATCH + index;
      return eventRecord(topic.name, number % WORKLOADS, Math.floor(number / WORKLOADS));
    }),
  );

/** Events per second while `work` runs. */
async function rateOf(events: number, work: () => Promise<void>): Promise<number> {
  const from = performance.now();
  await work();
  return Math.round((events * 1000) / (performance.now() - from));
}

/** Written to the outbox in transactions and relayed at the same time, until the broker has the last one. */
export async function throughOutbox(fixture: Fixture, topic: Topic, events: number): Promise<number> {
  const published = deferred();
  let count = 0;
  const relay = relayOf(fixture, (rows) => {
    if ((count += rows) >= events) published.resolve();
  });
  const all = batches(topic, events);
  await relay.start();
  const rate = await rateOf(events, async () => {
    for (const records of all) await fixture.dataSource.transaction((tx) => appendOutbox(tx, 'api', records));
    await published.done;
  });
  await relay.stop();
  return rate;
}

/** The relay of the bench's outbox. */
export const relayOf = ({ dataSource, url, log }: Fixture, onPublished?: (rows: number) => void): Relay =>
  new Relay({
    outbox: new PostgresOutbox(dataSource, url, 'api'),
    log,
    pacing: realPacing,
    onFailure: (error) => process.stderr.write(`relay: ${String(error)}\n`),
    ...maybe('onPublished', onPublished),
  });

/** An idempotent kafkajs producer that waits for all replicas, and nothing else. */
export async function rawKafkaProduce({ kafka }: Fixture, topic: Topic, events: number): Promise<number> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const all = batches(topic, events);
  const rate = await rateOf(events, async () => {
    for (const records of all)
      await producer.send({
        topic: topic.name,
        acks: -1,
        messages: records.map(({ key, value, headers }) => ({ key, value, headers: { ...headers } })),
      });
  });
  await producer.disconnect();
  return rate;
}

/** The outbox rows by the bare driver, one transaction per batch. */
export async function rawPostgresProduce({ pool }: Fixture, topic: Topic, events: number): Promise<number> {
  const all = batches(topic, events);
  await pool.query('create table if not exists raw_outbox (like api.outbox including all)');
  return rateOf(events, async () => {
    for (const records of all)
      await pool.query(
        `insert into raw_outbox (topic, key, headers, value)
         select * from unnest($1::text[], $2::text[], $3::json[], $4::text[])`,
        [
          records.map((record) => record.topic),
          records.map(({ key }) => key),
          records.map(({ headers }) => JSON.stringify(headers)),
          records.map(({ value }) => value),
        ],
      );
  });
}
