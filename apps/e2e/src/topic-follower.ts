import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

/** An event as any consumer sees it: headers and value, nothing of our code. */
export interface ReceivedEvent {
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string | undefined;
}

/** A plain kafkajs consumer that reads a topic from the beginning. */
export async function followTopic(
  brokers: string,
  topic: string,
): Promise<{ readonly events: ReceivedEvent[]; stop(): Promise<void> }> {
  const events: ReceivedEvent[] = [];
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
      events.push({
        key: String(message.key),
        headers: Object.fromEntries(headers) as Record<string, string>,
        value: message.value?.toString(),
      });
    },
  });
  return { events, stop: () => consumer.disconnect() };
}
