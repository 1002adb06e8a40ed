import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { SubscribeOptions, Subscription } from '@tessera/application-messaging';
import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { toRecord } from './record';

/**
 * The least that brokers allow unless told otherwise. A client that lost its broker comes back as a new member, and the
 * group waits this long for the old one: so it bounds how soon work goes on after a broker's restart.
 */
const SESSION_MS = 6_000;
const REBALANCE_MS = 15_000;
const HEARTBEAT_MS = 1_500;
/** Partitions that one process works on at once. */
const CONCURRENCY = 4;
/** Longest wait of the broker for more records, ms: bounds the latency of a quiet topic. */
const MAX_WAIT_MS = 50;
/** Pauses of a partition whose batch could not be handled. */
const PARTITION_BACKOFF = { firstMs: 200, maxMs: 5_000 };
/** Pauses between two tries to come back into the group; short, so that work resumes soon after the broker does. */
const REJOIN_BACKOFF = { firstMs: 200, maxMs: 1_000 };

/**
 * Joins the group; offsets are committed after the handler, so nothing is lost and a record may come twice. Rejects when no
 * broker answers; a broker that goes away later is waited for without limit.
 */
export async function subscribe(
  kafka: Kafka,
  options: SubscribeOptions,
  logger: Logger,
): Promise<Subscription> {
  const subscription = new KafkaSubscription(kafka, options, logger);
  await subscription.start();
  return subscription;
}

/** kafkajs gives a consumer up after some errors (a refused connection among them); then a new one takes its place. */
class KafkaSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private consumer: Consumer | undefined;
  private replacing: Promise<void> | undefined;
  /** Failures in a row, by partition. */
  private readonly failures = new Map<string, number>();
  /** Ends of the pauses. */
  private readonly resumes = new Set<NodeJS.Timeout>();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: SubscribeOptions,
    private readonly logger: Logger,
  ) {}

  async start(): Promise<void> {
    const consumer = this.kafka.consumer({
      groupId: this.options.group,
      sessionTimeout: SESSION_MS,
      rebalanceTimeout: REBALANCE_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: MAX_WAIT_MS,
      retry: { initialRetryTime: 100, maxRetryTime: 500, retries: 5, restartOnFailure: async () => false },
    });
    consumer.on('consumer.crash', ({ payload }) => this.replace(consumer, payload.error));
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.options.topics], fromBeginning: true });
      this.consumer = consumer;
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENCY,
        eachBatch: (payload) => this.eachBatch(consumer, payload),
      });
    } catch (error) {
      await consumer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    for (const timer of this.resumes) clearTimeout(timer);
    await this.replacing;
    await this.consumer?.disconnect();
  }

  private replace(failed: Consumer, error: Error): void {
    if (this.stopping.signal.aborted || this.consumer !== failed) return;
    this.consumer = undefined;
    const { group } = this.options;
    this.logger.warn({ err: error, group }, 'a consumer lost its broker; another one takes its place');
    this.replacing = this.startAgain();
  }

  private async startAgain(): Promise<void> {
    const { signal } = this.stopping;
    for (let count = 1; !signal.aborted; count += 1) {
      await pause(backoffMs(count, REJOIN_BACKOFF, Math.random()), signal);
      if (signal.aborted) return;
      try {
        return await this.start();
      } catch (error) {
        this.logger.debug(
          { err: error, group: this.options.group, count },
          'no broker answers a consumer yet',
        );
      }
    }
  }

  private async eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { topic, partition } = payload.batch;
    const name = `${topic}/${partition}`;
    const membership = new Membership(payload.heartbeat);
    const signal = AbortSignal.any([this.stopping.signal, membership.lost]);
    try {
      await this.options.handle(
        payload.batch.messages.map((message) => toRecord(topic, partition, message)),
        { signal },
      );
    } catch (error) {
      if (membership.error !== undefined) throw membership.error;
      if (!signal.aborted) this.pausePartition(name, payload, error);
      return;
    } finally {
      membership.close();
    }
    this.failures.delete(name);
    if (payload.isStale()) return;
    const last = payload.batch.lastOffset();
    await consumer.commitOffsets([{ topic, partition, offset: (BigInt(last) + 1n).toString() }]);
    payload.resolveOffset(last);
    if (membership.error !== undefined) throw membership.error;
  }

  /** Nothing was resolved, so the same records are fetched again after the pause; other partitions go on meanwhile. */
  private pausePartition(name: string, { batch, pause: pauseFetch }: EachBatchPayload, error: unknown): void {
    const failures = (this.failures.get(name) ?? 0) + 1;
    this.failures.set(name, failures);
    const { topic, partition } = batch;
    this.logger.warn(
      { err: error, topic, partition, failures },
      'a batch could not be handled; it comes again',
    );
    const resume = pauseFetch();
    const timer = setTimeout(
      () => {
        this.resumes.delete(timer);
        resume();
      },
      backoffMs(failures, PARTITION_BACKOFF, Math.random()),
    );
    this.resumes.add(timer);
  }
}

/** Keeps a consumer in its group while its handler works. */
class Membership {
  private readonly gone = new AbortController();
  private readonly timer: NodeJS.Timeout;
  /** Why the group no longer counts on us: it rebalances, or the broker is away. */
  error: unknown;

  constructor(heartbeat: () => Promise<void>) {
    this.timer = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        this.error ??= error;
        this.gone.abort();
      });
    }, HEARTBEAT_MS);
  }

  get lost(): AbortSignal {
    return this.gone.signal;
  }

  close(): void {
    clearInterval(this.timer);
  }
}
