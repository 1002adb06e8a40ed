import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import type { SubscribeOptions } from '@tessera/application-messaging';
import { backoffMs } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { Membership } from './membership';
import { toRecord } from './record';

/** Pauses of a partition whose batch could not be handled. */
const BACKOFF = { firstMs: 200, maxMs: 5_000 };

/**
 * The work on one partition, batch after batch. While one is handled the next is fetched, and waits here; an offset is
 * committed after its handler. It outlives the consumer that brought the batches, so two never work at once.
 */
export class PartitionWork {
  private handling: Promise<void> = Promise.resolve();
  /** Last batch that is handled and not committed yet. */
  private handled: { readonly consumer: Consumer; readonly batch: Batch } | undefined;
  private committing: Promise<void> | undefined;
  private failures = 0;
  private resumption: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: SubscribeOptions,
    private readonly stopping: AbortSignal,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the batch is begun and the next one may be fetched; rejects when the group no longer counts on us. */
  async accept(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const membership = new Membership(payload.heartbeat);
    const failures = this.failures;
    try {
      await Promise.race([this.handling, membership.lost]);
    } finally {
      membership.end();
    }
    // What stands before it has to come again first.
    const outdated = this.failures > failures || payload.isStale();
    if (this.stopping.aborted || outdated || !payload.isRunning()) return;
    payload.resolveOffset(payload.batch.lastOffset());
    this.handling = this.handle(consumer, payload);
  }

  /** Resolves when nothing is handled any more. */
  async settle(): Promise<void> {
    clearTimeout(this.resumption);
    await this.handling;
    await this.committing;
  }

  private async handle(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages } = payload.batch;
    const membership = new Membership(payload.heartbeat);
    const signal = AbortSignal.any([this.stopping, membership.signal]);
    try {
      await this.options.handle(
        messages.map((message) => toRecord(topic, partition, message)),
        { signal },
      );
      this.failures = 0;
    } catch (error) {
      this.comeAgain(consumer, payload, signal.aborted ? undefined : error);
      return;
    } finally {
      membership.end();
    }
    this.handled = { consumer, batch: payload.batch };
    this.committing ??= this.commit();
  }

  /**
   * Commits what is handled, and what was handled meanwhile, while the next batch is worked on. A commit that fails costs
   * time only: the records come again, and their effects are known.
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
          this.logger.debug({ err, topic, partition, offset }, 'an offset was not committed'),
        );
    }
    this.committing = undefined;
  }

  /** Fetches the batch again, after a pause when its handler failed; other partitions go on meanwhile. */
  private comeAgain(consumer: Consumer, payload: EachBatchPayload, error: unknown): void {
    this.failures += 1;
    const { batch } = payload;
    const { topic, partition } = batch;
    const offset = batch.firstOffset();
    if (this.stopping.aborted || offset === null) return;
    consumer.seek({ topic, partition, offset });
    if (error === undefined) return;
    const { failures } = this;
    this.logger.warn(
      { err: error, topic, partition, failures },
      'a batch could not be handled; it comes again',
    );
    this.resumption = setTimeout(payload.pause(), backoffMs(failures, BACKOFF, Math.random()));
  }
}
