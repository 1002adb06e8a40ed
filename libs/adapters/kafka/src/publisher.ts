import { Partitioners, type Kafka, type Message, type PartitionerArgs, type Producer } from 'kafkajs';
import {
  PublishError,
  recordSize,
  type OutgoingRecord,
  type PublishOutcome,
} from '@tessera/application-messaging';

/** Acknowledged once all in-sync replicas have the record. */
const ACKS_ALL = -1;
/** Maximum bytes of one send, which bounds the batch of each partition; a topic accepts 1,048,588 by default. */
const LOT_BYTES = 900_000;
/** Broker errors for a batch, or a record in it, that exceeds the limit of the topic. */
const TOO_LARGE: readonly unknown[] = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE'];

interface Connection {
  readonly producer: Producer;
  readonly connected: Promise<void>;
  /** Partition chosen for each message in flight. */
  readonly placed: Map<Message, number>;
}

/** A record and its index in the publish call. */
interface Given {
  readonly record: OutgoingRecord;
  readonly at: number;
}

/**
 * An idempotent producer; records count as stored only once every partition has confirmed them.
 *
 * - kafkajs 2.2.4 forgets messages when, between two of its tries, a partition moves to a broker that has already
 *   confirmed others; so what it reports is compared with what was sent.
 * - After a failure the numbers of its records and those of the broker may differ, and records sent next under a number
 *   already seen would be dropped as duplicates. So a failed producer is discarded, and the next one has an identity of
 *   its own: a record may then be stored twice, which consumers expect, but none is lost.
 * - One send at a time: kafkajs gives the numbers of a send that timed out to the next one, whose records the broker
 *   would then take for copies of what it has stored, and confirm without storing them.
 */
export class Publisher {
  private connection: Connection | undefined;
  /** Settles once all earlier calls have been sent or have failed. */
  private turn: Promise<unknown> = Promise.resolve();
  /** Less than {@link LOT_BYTES} once a topic with a lower limit was found. */
  private lotBytes = LOT_BYTES;

  constructor(private readonly kafka: Kafka) {}

  /**
   * Resolves once all records are stored on all in-sync replicas. Throws a {@link PublishError} if any may not be; it
   * lists the records to send again and those that are too large for their topic.
   */
  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    const sent = this.turn.then(() => this.sendAll(records));
    this.turn = sent.catch(() => undefined);
    await sent;
  }

  async close(): Promise<void> {
    const { connection } = this;
    this.connection = undefined;
    await connection?.producer.disconnect();
  }

  /** Sends one lot after another; after a failure nothing more is sent, to keep the order. */
  private async sendAll(records: readonly OutgoingRecord[]): Promise<void> {
    const outcomes = new Array<PublishOutcome>(records.length).fill('failed');
    const given = records.map((record, at) => ({ record, at }));
    try {
      for (const lot of lotsOf(given, this.lotBytes)) await this.sendLot(lot, outcomes);
    } catch (error) {
      throw new PublishError(error instanceof Error ? error.message : String(error), outcomes, {
        cause: error,
      });
    }
    if (outcomes.includes('too-large')) throw PublishError.tooLarge(outcomes);
  }

  /**
   * Sends records together and marks them as stored. A lot that is too large for a topic is divided until the record
   * that is too large is alone. It is divided by partition first, because a partition stores all of its batch or
   * nothing, and the other partitions may have stored theirs already; their records are then stored a second time at
   * most once.
   */
  private async sendLot(lot: readonly Given[], outcomes: PublishOutcome[]): Promise<void> {
    try {
      await this.sendNow(lot);
      for (const { at } of lot) outcomes[at] = 'stored';
    } catch (error) {
      if (!(error instanceof LotTooLarge)) throw error;
      const { partitions } = error;
      const [only] = lot;
      if (lot.length === 1 && only !== undefined) outcomes[only.at] = 'too-large';
      else if (partitions.length > 1) for (const part of partitions) await this.sendLot(part, outcomes);
      else {
        const half = Math.max(1, Math.floor(sizeOf(lot) / 2));
        // A topic with a lower limit would refuse every lot of this size.
        if (lot.every(({ record }) => recordSize(record) <= half))
          this.lotBytes = Math.min(this.lotBytes, half);
        for (const part of lotsOf(lot, half)) await this.sendLot(part, outcomes);
      }
    }
  }

  /** Drops a failed connection. */
  private async sendNow(lot: readonly Given[]): Promise<void> {
    const connection = (this.connection ??= this.open());
    try {
      await connection.connected;
      await send(connection, lot);
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

/** A topic rejected a batch because of its size; holds the records by partition, in order. */
class LotTooLarge extends Error {
  constructor(readonly partitions: readonly (readonly Given[])[]) {
    super('a batch exceeds the record limit of its topic');
  }
}

async function send({ producer, placed }: Connection, lot: readonly Given[]): Promise<void> {
  const byTopic = new Map<string, Message[]>();
  const messages = new Map<Message, Given>();
  for (const given of lot) {
    const { topic, key, headers } = given.record;
    const message = { key, value: valueOf(given.record), headers: { ...headers } };
    const ofTopic = byTopic.get(topic);
    if (ofTopic === undefined) byTopic.set(topic, [message]);
    else ofTopic.push(message);
    messages.set(message, given);
    placed.set(message, -1);
  }
  const partitions = (): Map<string, Given[]> => {
    const found = new Map<string, Given[]>();
    for (const [message, given] of messages) {
      const name = `${given.record.topic}/${placed.get(message)}`;
      const ofPartition = found.get(name);
      if (ofPartition === undefined) found.set(name, [given]);
      else ofPartition.push(given);
    }
    return found;
  };
  try {
    const confirmed = await producer.sendBatch({
      acks: ACKS_ALL,
      topicMessages: [...byTopic].map(([topic, some]) => ({ topic, messages: some })),
    });
    const stored = new Set(confirmed.map(({ topicName, partition }) => `${topicName}/${partition}`));
    for (const name of partitions().keys())
      if (!stored.has(name)) throw new Error(`the brokers did not confirm the records for ${name}`);
  } catch (error) {
    if (isTooLarge(error)) throw new LotTooLarge([...partitions().values()]);
    throw error;
  } finally {
    for (const message of messages.keys()) placed.delete(message);
  }
}

const valueOf = ({ value, encoding }: OutgoingRecord): string | Buffer | null =>
  value === null || encoding === undefined ? value : Buffer.from(value, encoding);

function isTooLarge(error: unknown): boolean {
  const { type, cause } = (error ?? {}) as { readonly type?: unknown; readonly cause?: unknown };
  return TOO_LARGE.includes(type) || (cause !== undefined && isTooLarge(cause));
}

const sizeOf = (lot: readonly Given[]): number =>
  lot.reduce((sum, { record }) => sum + recordSize(record), 0);

/** Lots in the order of the records; each has at most `bytes`, or is one record. */
function lotsOf(given: readonly Given[], bytes: number): readonly (readonly Given[])[] {
  const lots: Given[][] = [];
  let current: Given[] = [];
  let size = 0;
  for (const one of given) {
    const more = recordSize(one.record);
    if (current.length > 0 && size + more > bytes) {
      lots.push(current);
      [current, size] = [[], 0];
    }
    current.push(one);
    size += more;
  }
  if (current.length > 0) lots.push(current);
  return lots;
}
