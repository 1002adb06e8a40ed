import type { Kafka, ProducerBatch } from 'kafkajs';
import { PublishError } from '@tessera/application-messaging';
import { Publisher } from './publisher';

const record = (key: string) => ({ topic: 'events', key, headers: {}, value: key });

/** A client of brokers that answer when the specification lets them; every topic has one partition. */
function brokers() {
  const sends: { readonly producer: number; readonly keys: string; settle(error?: Error): void }[] = [];
  let producers = 0;
  const kafka = {
    producer: ({ createPartitioner }: { createPartitioner: () => (args: object) => number }) => {
      const producer = (producers += 1);
      const partitioner = createPartitioner();
      return {
        connect: async () => undefined,
        disconnect: async () => undefined,
        sendBatch: ({ topicMessages = [] }: ProducerBatch) =>
          new Promise((resolve, reject) => {
            const partitionMetadata = [{ partitionId: 0, leader: 1 }];
            const messages = topicMessages.flatMap(({ topic, messages: some }) =>
              some.map((message) => ({ topic, message, partitionMetadata })),
            );
            for (const message of messages) partitioner(message);
            sends.push({
              producer,
              keys: messages.map(({ message }) => String(message.key)).join(),
              settle: (error) =>
                error === undefined ? resolve([{ topicName: 'events', partition: 0 }]) : reject(error),
            });
          }),
      };
    },
  } as unknown as Kafka;
  return { kafka, sends, sent: () => sends.map(({ producer, keys }) => `${producer}: ${keys}`) };
}

/** Brokers with two partitions, of which each takes batches of so many bytes. */
function brokersOf(largest: number) {
  const stored: string[] = [];
  const sizes: number[] = [];
  const kafka = {
    producer: ({ createPartitioner }: { createPartitioner: () => (args: object) => number }) => {
      const partitioner = createPartitioner();
      return {
        connect: async () => undefined,
        disconnect: async () => undefined,
        sendBatch: async ({ topicMessages = [] }: ProducerBatch) => {
          const partitionMetadata = [0, 1].map((partitionId) => ({ partitionId, leader: 1 }));
          const batches = new Map<number, { readonly keys: string[]; bytes: number }>();
          for (const { topic, messages } of topicMessages)
            for (const message of messages) {
              const partition = partitioner({ topic, message, partitionMetadata });
              const batch = batches.get(partition) ?? { keys: [], bytes: 0 };
              batch.keys.push(nameOf(message));
              batch.bytes += String(message.value).length;
              batches.set(partition, batch);
            }
          sizes.push([...batches.values()].reduce((sum, { bytes }) => sum + bytes, 0));
          const fitting = [...batches].filter(([, { bytes }]) => bytes <= largest);
          for (const [, { keys }] of fitting) stored.push(...keys);
          if (fitting.length < batches.size)
            throw Object.assign(new Error('too large'), { type: 'MESSAGE_TOO_LARGE' });
          return [...batches.keys()].map((partition) => ({ topicName: 'events', partition }));
        },
      };
    },
  } as unknown as Kafka;
  return { kafka, stored, sizes };
}

/** Key and, where it is a number, the value. */
const nameOf = ({ key, value }: { readonly key?: unknown; readonly value?: unknown }): string =>
  /^\d/.test(String(value)) ? `${String(key)} ${String(value).trim()}` : String(key);

const sized = (key: string, bytes: number) => ({ ...record(key), value: 'x'.repeat(bytes) });

describe('large records', () => {
  it('are sent in lots of less than a megabyte', async () => {
    const { kafka, stored, sizes } = brokersOf(1_000_000);
    const keys = Array.from({ length: 10 }, (_unused, index) => `k${index}`);
    await new Publisher(kafka).publish(keys.map((key) => sized(key, 250_000)));
    expect(stored.sort()).toEqual(keys);
    expect(sizes).toEqual([750_000, 750_000, 750_000, 250_000]);
  });

  it('are split down to the one that the topic rejects, which alone fails and is reported', async () => {
    const { kafka, stored } = brokersOf(1_000);
    const keys = Array.from({ length: 40 }, (_unused, index) => `k${index}`);
    const records = keys.map((key) => sized(key, key === 'k17' ? 1_001 : 300));
    const refused = await new Publisher(kafka).publish(records).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(PublishError);
    const outcomes = keys.map((key) => (key === 'k17' ? 'too-large' : 'stored'));
    expect((refused as PublishError).outcomes).toEqual(outcomes);
    expect(new Set(stored)).toEqual(new Set(keys.filter((key) => key !== 'k17')));
    const times = keys.map((key) => stored.filter((one) => one === key).length);
    expect(Math.max(...times)).toBeLessThanOrEqual(2);
  });

  it('keep their order within a key', async () => {
    const { kafka, stored } = brokersOf(1_000);
    const records = Array.from({ length: 30 }, (_unused, n) => ({
      ...sized('a', 200),
      value: String(n).padEnd(200),
    }));
    await new Publisher(kafka).publish(records);
    expect(stored).toEqual(records.map(({ value }) => `a ${value.trim()}`));
  });

  it('behind a failure are reported as failed, those before it as stored', async () => {
    let sends = 0;
    const { kafka } = brokersOf(1_000_000);
    const producer = kafka.producer.bind(kafka);
    kafka.producer = (config) => {
      const made = producer(config);
      const sendBatch = made.sendBatch.bind(made);
      made.sendBatch = (batch) => {
        sends += 1;
        return sends === 2 ? Promise.reject(new Error('gone')) : sendBatch(batch);
      };
      return made;
    };
    const records = ['a', 'b', 'c'].map((key) => sized(key, 800_000));
    const failed = await new Publisher(kafka).publish(records).catch((error: unknown) => error);
    expect((failed as PublishError).outcomes).toEqual(['stored', 'failed', 'failed']);
    expect((failed as PublishError).message).toBe('gone');
  });
});

/** Everything that can happen without an answer of the brokers has happened. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('concurrent publish calls', () => {
  it('are sent one lot after the other', async () => {
    const { kafka, sends, sent } = brokers();
    const publisher = new Publisher(kafka);
    const both = [publisher.publish([record('a'), record('b')]), publisher.publish([record('c')])];
    await quiet();
    expect(sent()).toEqual(['1: a,b']);
    sends[0]?.settle();
    await quiet();
    expect(sent()).toEqual(['1: a,b', '1: c']);
    sends[1]?.settle();
    await expect(Promise.all(both)).resolves.toEqual([undefined, undefined]);
  });

  it('use a producer with a new identity after a failed lot', async () => {
    const { kafka, sends, sent } = brokers();
    const publisher = new Publisher(kafka);
    const failing = publisher.publish([record('a')]);
    const next = publisher.publish([record('b')]);
    await quiet();
    sends[0]?.settle(new Error('no answer in time'));
    await expect(failing).rejects.toThrow('no answer in time');
    await quiet();
    expect(sent()).toEqual(['1: a', '2: b']);
    sends[1]?.settle();
    await expect(next).resolves.toBeUndefined();
  });
});
