import { Partitioners, type Kafka, type Message, type PartitionerArgs, type Producer } from 'kafkajs';
import type { OutgoingRecord } from '@tessera/application-messaging';

/** All replicas in sync have the record. */
const ACKS_ALL = -1;

interface Connection {
  readonly producer: Producer;
  readonly connected: Promise<void>;
  /** Where the partitioner put each message that is on its way. */
  readonly placed: Map<Message, number>;
}

/**
 * An idempotent producer that is believed only when every partition has confirmed.
 *
 * - kafkajs 2.2.4 forgets messages when, between two of its tries, a partition moves to a broker that has already
 *   confirmed others; so what it reports is compared with what was sent.
 * - After a failure the numbers of its records and those of the broker may differ, and records sent next under a number
 *   already seen would be dropped as duplicates. So a failed producer is given up, and the next one has an identity of its
 *   own: a record may then be stored twice, which consumers expect, but none is lost.
 * - One send at a time: kafkajs gives the numbers of a send that timed out to the next one, whose records the broker would
 *   then take for copies of what it has stored, and confirm without storing them.
 */
export class Publisher {
  private connection: Connection | undefined;
  /** Settles when what was given so far is sent, or has failed. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(private readonly kafka: Kafka) {}

  /** Resolves once all records are stored on all replicas in sync. Throws when any may not be; send them all again then. */
  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    const sent = this.turn.then(() => this.sendNow(records));
    this.turn = sent.catch(() => undefined);
    await sent;
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    await connection?.producer.disconnect();
  }

  private async sendNow(records: readonly OutgoingRecord[]): Promise<void> {
    const connection = (this.connection ??= this.open());
    try {
      await connection.connected;
      await send(connection, records);
    } catch (error) {
      if (this.connection === connection) this.connection = undefined;
      await connection.producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  private open(): Connection {
    const placed = new Map<Message, number>();
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: () => {
        // The same partition for a key as every Java client chooses.
        const choose = Partitioners.DefaultPartitioner();
        return (args: PartitionerArgs) => {
          const partition = choose(args);
          if (placed.has(args.message)) placed.set(args.message, partition);
          return partition;
        };
      },
    });
    return { producer, connected: producer.connect(), placed };
  }
}

async function send({ producer, placed }: Connection, records: readonly OutgoingRecord[]): Promise<void> {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of records) {
    const message = { key, value, headers: { ...headers } };
    const messages = byTopic.get(topic);
    if (messages === undefined) byTopic.set(topic, [message]);
    else messages.push(message);
    placed.set(message, -1);
  }
  try {
    const confirmed = await producer.sendBatch({
      acks: ACKS_ALL,
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    });
    const stored = new Set(confirmed.map(({ topicName, partition }) => `${topicName}/${partition}`));
    for (const [topic, messages] of byTopic)
      for (const message of messages) {
        const name = `${topic}/${placed.get(message)}`;
        if (!stored.has(name)) throw new Error(`the brokers did not confirm the records for ${name}`);
      }
  } finally {
    for (const messages of byTopic.values()) for (const message of messages) placed.delete(message);
  }
}
