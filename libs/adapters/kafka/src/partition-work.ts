import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import { backoffMs } from '@tessera/platform-lifecycle';
import { Membership } from './membership';
import { toRecords } from './record';
import type { KafkaSubscribeOptions } from './subscribe-options';

/** Backoff of a partition whose batch failed. */
const BACKOFF = { firstMs: 200, maxMs: 5_000 };

/**
 * Handles one partition batch by batch. While one batch is in flight the next is fetched and waits here; an offset is
 * committed after its handler. It outlives the consumer that fetched the batches, so two never run concurrently.
 */
export class PartitionWork {
  private handling: Promise<void> = Promise.resolve();
  /** Last batch that is handled but not committed. */
  private handled: { readonly consumer: Consumer; readonly batch: Batch } | undefined;
  private committing: Promise<void> | undefined;
  private failures = 0;
  private resumption: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: KafkaSubscribeOptions,
    /** Topic and partition. */
    private readonly name: string,
    private readonly stopping: AbortSignal,
  ) {}

  /**
   * Resolves once the batch has started and the next may be fetched; rejects once this process is no longer a group
   * member.
   */
  async accept(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const membership = new Membership(payload.heartbeat);
    const failures = this.failures;
    try {
      await Promise.race([this.handling, membership.lost]);
    } finally {
      membership.end();
    }
    // Earlier records have to be redelivered first.
    const outdated = this.failures > failures || payload.isStale();
    if (this.stopping.aborted || outdated || !payload.isRunning()) return;
    payload.resolveOffset(payload.batch.lastOffset());
    this.handling = this.handle(consumer, payload);
  }

  /** Resolves once no batch is in flight. */
  async settle(): Promise<void> {
    clearTimeout(this.resumption);
    await this.handling;
    await this.committing;
  }

  /** Drops the failures of the partition: another member holds it now. */
  endTrouble(): void {
    this.options.troubles.ended(this.trouble);
  }

  private get trouble(): string {
    return `${this.options.group} ${this.name}`;
  }

  private async handle(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const membership = new Membership(payload.heartbeat);
    const signal = AbortSignal.any([this.stopping, membership.signal]);
    try {
      const records = toRecords(topic, partition, messages);
      if (records.length > 0) await this.options.handle(records, { signal });
      this.failures = 0;
      this.endTrouble();
    } catch (error) {
      this.fetchAgain(consumer, payload, signal.aborted ? undefined : error);
      return;
    } finally {
      membership.end();
    }
    this.handled = { consumer, batch: payload.batch };
    this.committing ??= this.commit();
  }

  /**
   * Commits handled batches while the next one is in flight. A failed commit only costs time: the records are
   * redelivered, and consumers detect duplicates.
   */
  private async commit(): Promise<void> {
    while (this.handled !== undefined) {
      const { consumer, batch } = this.handled;
      this.handled = undefined;
      const { topic, partition } = batch;
      const offset = (BigInt(batch.lastOffset()) + 1n).toString();
      await consumer
        .commitOffsets([{ topic, partition, offset }])
        .catch((err: unknown) =>
          this.options.logger.debug({ err, topic, partition, offset }, 'could not commit the offset'),
        );
    }
    this.committing = undefined;
  }

  /** Fetches the batch again, with backoff if its handler failed; other partitions continue. */
  private fetchAgain(consumer: Consumer, payload: EachBatchPayload, error: unknown): void {
    this.failures += 1;
    const { batch } = payload;
    const { topic, partition } = batch;
    const offset = batch.firstOffset();
    if (this.stopping.aborted || offset === null) return;
    consumer.seek({ topic, partition, offset });
    if (error === undefined) return;
    const { failures } = this;
    const { logger, troubles } = this.options;
    troubles.failed(this.trouble, error);
    logger.warn({ err: error, topic, partition, failures }, 'handler failed, will retry the batch');
    this.resumption = setTimeout(payload.pause(), backoffMs(failures, BACKOFF, Math.random()));
  }
}
