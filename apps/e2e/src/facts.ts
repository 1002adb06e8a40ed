import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

/** A fact as any consumer sees it: headers and value, nothing of our code. */
export interface Fact {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string | undefined;
}

/** A plain kafkajs consumer that reads a topic from the beginning. */
export async function followTopic(
  brokers: string,
  topic: string,
): Promise<{ readonly facts: Fact[]; stop(): Promise<void> }> {
  const facts: Fact[] = [];
  const kafka = new Kafka({
    brokers: brokers.split(','),
    clientId: 'somebody-else',
    logLevel: logLevel.NOTHING,
  });
  const consumer = kafka.consumer({ groupId: `somebody-else-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message }) => {
      const headers = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]);
      facts.push({
        key: String(message.key),
        headers: Object.fromEntries(headers) as Record<string, string>,
        value: message.value?.toString(),
      });
    },
  });
  return { facts, stop: () => consumer.disconnect() };
}
