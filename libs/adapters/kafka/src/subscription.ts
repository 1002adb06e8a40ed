import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { Subscription } from '@tessera/application-messaging';
import { backoffMs, pause } from '@tessera/platform-lifecycle';
import { PartitionWork } from './partition-work';
import type { KafkaSubscribeOptions } from './subscribe-options';

/**
 * Session timeout, the lowest that brokers allow by default. A client that lost its broker returns as a new member, and
 * the group waits this long for the old one, so it limits how soon work resumes after a broker's restart.
 */
const SESSION_MS = 6_000;
const REBALANCE_MS = 15_000;
const HEARTBEAT_MS = 1_500;
/** Partitions that one process handles concurrently. */
const CONCURRENCY = 4;
/** Maximum wait of the broker for more records, ms: bounds the latency of a quiet topic. */
const MAX_WAIT_MS = 50;
/** Backoff when rejoining the group; short, so that work resumes soon after the broker does. */
const REJOIN_BACKOFF = { firstMs: 200, maxMs: 1_000 };

/**
 * Joins the group. Offsets are committed after the handler, so no record is lost and one may be delivered twice.
 * Rejects if no broker answers; later connection losses are retried without limit.
 */
export async function subscribe(kafka: Kafka, options: KafkaSubscribeOptions): Promise<Subscription> {
  const subscription = new KafkaSubscription(kafka, options);
  await subscription.start();
  return subscription;
}

/** kafkajs stops a consumer after some errors, such as a refused connection; then a new one replaces it. */
class KafkaSubscription implements Subscription {
  private readonly stopping = new AbortController();
  private consumer: Consumer | undefined;
  private replacing: Promise<void> | undefined;
  /** By topic and partition. */
  private readonly works = new Map<string, PartitionWork>();

  constructor(
    private readonly kafka: Kafka,
    private readonly options: KafkaSubscribeOptions,
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
    const { group, troubles } = this.options;
    consumer.on('consumer.crash', ({ payload }) => this.replace(consumer, payload.error));
    consumer.on('consumer.fetch', () => troubles.ended(group));
    consumer.on('consumer.group_join', ({ payload }) => this.endTroublesBut(payload.memberAssignment));
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
    await this.replacing;
    // Before leaving the group, so that finished batches can be committed.
    await Promise.all([...this.works.values()].map((work) => work.settle()));
    await this.consumer?.disconnect();
    this.options.troubles.ended(this.options.group);
    this.endTroublesBut({});
  }

  /** Drops the failures of partitions that other members hold now. */
  private endTroublesBut(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [name, work] of this.works) {
      const [topic = '', partition] = name.split('/');
      if (assignment[topic]?.includes(Number(partition)) !== true) work.endTrouble();
    }
  }

  private replace(failed: Consumer, error: Error): void {
    if (this.stopping.signal.aborted || this.consumer !== failed) return;
    this.consumer = undefined;
    const { group, logger, troubles } = this.options;
    troubles.failed(group, error);
    logger.warn({ err: error, group }, 'the consumer ended, replacing it');
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
        const { group, logger, troubles } = this.options;
        troubles.failed(group, error);
        logger.debug({ err: error, group, count }, 'no broker answers the consumer, will retry');
      }
    }
  }

  private eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const name = `${payload.batch.topic}/${payload.batch.partition}`;
    let work = this.works.get(name);
    if (work === undefined) {
      work = new PartitionWork(this.options, name, this.stopping.signal);
      this.works.set(name, work);
    }
    return work.accept(consumer, payload);
  }
}
