import { Kafka, logLevel, Partitioners, type Admin, type Producer, type SASLOptions } from 'kafkajs';
import type {
  EventLog,
  OutgoingRecord,
  SubscribeOptions,
  Subscription,
} from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';
import type { Logger } from '@tessera/platform-logging';
import { subscribe } from './subscription';

export interface KafkaLogOptions {
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and metrics. */
  readonly clientId: string;
  readonly ssl: boolean;
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** Of topics that do not exist yet. */
  readonly partitions: number;
  readonly replication: number;
  readonly logger: Logger;
}

/** All replicas in sync have the record. */
const ACKS_ALL = -1;
const ADMIN_TIMEOUT_MS = 5_000;

/** The event log on Kafka. Connects on first use; kafkajs reconnects by itself. */
export const createKafkaLog = (options: KafkaLogOptions): EventLog => new KafkaLog(options);

class KafkaLog implements EventLog {
  private readonly kafka: Kafka;
  private readonly producer: Producer;
  private producing: Promise<void> | undefined;
  private admin: Promise<Admin> | undefined;
  private readonly subscriptions = new Set<Subscription>();

  constructor(private readonly options: KafkaLogOptions) {
    this.kafka = new Kafka({
      brokers: [...options.brokers],
      clientId: options.clientId,
      ssl: options.ssl,
      connectionTimeout: 3_000,
      requestTimeout: 15_000,
      // Short pauses: whoever calls tries again by rules of its own.
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 4 },
      ...(options.sasl === undefined ? {} : { sasl: options.sasl as SASLOptions }),
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => this.log(entry),
    });
    this.producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      // The same partition for a key as every Java client chooses.
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    this.producer.on('producer.disconnect', () => (this.producing = undefined));
  }

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    const admin = await this.connectedAdmin();
    const known = new Set(await admin.listTopics());
    const missing = topics.filter(({ name }) => !known.has(name));
    if (missing.length === 0) return;
    await admin.createTopics({
      waitForLeaders: true,
      timeout: ADMIN_TIMEOUT_MS,
      topics: missing.map(({ name, cleanup, retentionMs }) => ({
        topic: name,
        numPartitions: this.options.partitions,
        replicationFactor: this.options.replication,
        configEntries: [
          { name: 'cleanup.policy', value: cleanup },
          { name: 'retention.ms', value: String(retentionMs) },
        ],
      })),
    });
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    this.producing ??= this.producer.connect();
    await this.producing.catch((error: unknown) => {
      this.producing = undefined;
      throw error;
    });
    const byTopic = new Map<
      string,
      { key: string; value: string | null; headers: Record<string, string> }[]
    >();
    for (const { topic, key, value, headers } of records) {
      const messages = byTopic.get(topic) ?? [];
      messages.push({ key, value, headers: { ...headers } });
      byTopic.set(topic, messages);
    }
    await this.producer.sendBatch({
      acks: ACKS_ALL,
      topicMessages: [...byTopic].map(([topic, messages]) => ({ topic, messages })),
    });
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const running = await subscribe(this.kafka, options, this.options.logger);
    const subscription = {
      stop: async () => {
        this.subscriptions.delete(subscription);
        await running.stop();
      },
    };
    this.subscriptions.add(subscription);
    return subscription;
  }

  async unavailable(): Promise<string | undefined> {
    try {
      const admin = await this.connectedAdmin();
      await admin.describeCluster();
      return undefined;
    } catch (error) {
      this.admin = undefined;
      return (error as Error).message;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.stop()));
    await this.producer.disconnect();
    await (await this.admin)?.disconnect();
  }

  private connectedAdmin(): Promise<Admin> {
    this.admin ??= (async () => {
      const admin = this.kafka.admin();
      await admin.connect();
      return admin;
    })();
    this.admin.catch(() => (this.admin = undefined));
    return this.admin;
  }

  private log({ level, namespace, log: { message, ...details } }: KafkaLogEntry): void {
    const line = { part: namespace, ...details };
    if (level === logLevel.ERROR) this.options.logger.warn(line, message);
    else this.options.logger.debug(line, message);
  }
}

interface KafkaLogEntry {
  readonly level: logLevel;
  readonly namespace: string;
  readonly log: { readonly message: string };
}
