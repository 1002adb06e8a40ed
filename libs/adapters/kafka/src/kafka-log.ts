import { Kafka, logLevel, type Admin, type SASLOptions } from 'kafkajs';
import {
  DEFAULT_RECORD_LIMIT,
  Troubles,
  type EventLog,
  type GroupPosition,
  type IncomingRecord,
  type OutgoingRecord,
  type SubscribeOptions,
  type Subscription,
  type TopicState,
} from '@tessera/application-messaging';
import type { Topic } from '@tessera/contracts-events';
import { retry } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { registerCodecs } from './codecs';
import { positionsOf } from './positions';
import { Publisher } from './publisher';
import { endsOf, readTopics } from './reading';
import { subscribe } from './subscription';
import { createTopics, describeTopics } from './topics';

export interface KafkaLogOptions {
  readonly brokers: readonly string[];
  /** Shown in the broker's logs and metrics. */
  readonly clientId: string;
  /** TLS to the brokers; with custom authorities (PEM) if the system does not trust theirs. */
  readonly ssl: boolean | { readonly ca: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
  /** Settings of new topics. */
  readonly partitions: number;
  readonly replication: number;
  /** Maximum record size of new topics, bytes; default as in Kafka. */
  readonly recordLimit?: number;
  readonly logger: Logger;
  /** A monotonic clock in ms; default that of the process. */
  readonly now?: () => number;
}

/** How long to wait until all brokers know the leaders of new topics. */
const LEADERS_KNOWN = { firstMs: 50, maxMs: 1_000, attempts: 8 };

/** The event log on Kafka. Connects on first use; kafkajs reconnects by itself. */
export const createKafkaLog = (options: KafkaLogOptions): EventLog => new KafkaLog(options);

class KafkaLog implements EventLog {
  private readonly kafka: Kafka;
  private readonly publisher: Publisher;
  private readonly troubles: Troubles;
  private admin: Promise<Admin> | undefined;
  private readonly subscriptions = new Map<Subscription, SubscribeOptions>();

  constructor(private readonly options: KafkaLogOptions) {
    registerCodecs();
    this.troubles = new Troubles(options.now ?? (() => performance.now()));
    this.kafka = new Kafka({
      brokers: [...options.brokers],
      clientId: options.clientId,
      ssl: typeof options.ssl === 'boolean' ? options.ssl : { ca: [options.ssl.ca] },
      connectionTimeout: 3_000,
      requestTimeout: 15_000,
      // Short backoff, because callers have their own retry rules.
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 4 },
      ...(options.sasl === undefined ? {} : { sasl: options.sasl as SASLOptions }),
      logLevel: logLevel.WARN,
      logCreator: () => (entry) => this.log(entry),
    });
    this.publisher = new Publisher(this.kafka);
  }

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    await this.asAdmin((admin) =>
      createTopics(admin, topics, {
        recordLimit: DEFAULT_RECORD_LIMIT,
        ...this.options,
      }),
    );
  }

  describeTopics(names: readonly string[]): Promise<readonly TopicState[]> {
    return this.asAdmin((admin) => describeTopics(admin, names));
  }

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    return this.publisher.publish(records);
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { logger } = this.options;
    const running = await subscribe(this.kafka, { ...options, logger, troubles: this.troubles });
    const subscription = {
      stop: async () => {
        this.subscriptions.delete(subscription);
        await running.stop();
      },
    };
    this.subscriptions.set(subscription, options);
    return subscription;
  }

  async positions(): Promise<readonly GroupPosition[]> {
    const subscribed = [...this.subscriptions.values()];
    const positions = await this.asAdmin((admin) =>
      Promise.all(subscribed.map((options) => positionsOf(admin, options))),
    );
    return positions.flat();
  }

  topicNames(): Promise<readonly string[]> {
    return this.asAdmin((admin) => admin.listTopics());
  }

  async read(topics: readonly string[], each: (record: IncomingRecord) => void): Promise<void> {
    // Each attempt uses a new connection, which reads the partition leaders again.
    const ends = await retry(() => this.asAdmin((admin) => endsOf(admin, topics)), {
      ...LEADERS_KNOWN,
      isFinal: (error) => (error as { readonly retriable?: boolean }).retriable !== true,
    });
    await this.asAdmin((admin) => readTopics(this.kafka, admin, topics, ends, each));
  }

  stuck(): string | undefined {
    return this.troubles.stuck();
  }

  async unavailable(): Promise<string | undefined> {
    try {
      await this.asAdmin((admin) => admin.describeCluster());
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions.keys()].map((subscription) => subscription.stop()));
    await this.publisher.close();
    await (await this.admin)?.disconnect();
  }

  /** Drops a failed connection, so that the next call opens another one. */
  private async asAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const connecting = (this.admin ??= this.connectAdmin());
    try {
      return await work(await connecting);
    } catch (error) {
      if (this.admin === connecting) this.admin = undefined;
      await connecting.then((admin) => admin.disconnect()).catch(() => undefined);
      throw error;
    }
  }

  private async connectAdmin(): Promise<Admin> {
    const admin = this.kafka.admin();
    await admin.connect();
    return admin;
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
