import type { Kafka, ProducerBatch } from 'kafkajs';
import { Publisher } from './publisher';

const record = (key: string) => ({ topic: 'facts', key, headers: {}, value: key });

/** A client of brokers that answer when the specification says so; every topic has one partition. */
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
                error === undefined ? resolve([{ topicName: 'facts', partition: 0 }]) : reject(error),
            });
          }),
      };
    },
  } as unknown as Kafka;
  return { kafka, sends, sent: () => sends.map(({ producer, keys }) => `${producer}: ${keys}`) };
}

/** Everything that can happen without an answer of the brokers has happened. */
const quiet = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('records given at once', () => {
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

  it('go by a producer with a new identity after one lot failed', async () => {
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
