import type { EachBatchPayload, IHeaders, Kafka, KafkaMessage } from 'kafkajs';
import type { IncomingRecord, SubscribeOptions, Subscription } from '@tessera/application-messaging';
import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';

const SESSION_MS = 15_000;
const HEARTBEAT_MS = 2_000;
/** Partitions that one process works on at once. */
const CONCURRENCY = 4;
/** Longest wait of the broker for more records, ms: bounds the latency of a quiet topic. */
const MAX_WAIT_MS = 50;
const BACKOFF = { firstMs: 200, maxMs: 5_000 };

/** Joins the group; offsets are committed after the handler, so nothing is lost and a record may come twice. */
export async function subscribe(
  kafka: Kafka,
  options: SubscribeOptions,
  logger: Logger,
): Promise<Subscription> {
  const stopping = new AbortController();
  const consumer = kafka.consumer({
    groupId: options.group,
    sessionTimeout: SESSION_MS,
    rebalanceTimeout: 2 * SESSION_MS,
    heartbeatInterval: HEARTBEAT_MS,
    maxWaitTimeInMs: MAX_WAIT_MS,
    // A broker that is away is waited for without limit; the pauses stay short so that work resumes soon after.
    retry: {
      initialRetryTime: 200,
      maxRetryTime: 2_000,
      restartOnFailure: async () => !stopping.signal.aborted,
    },
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: false,
    partitionsConsumedConcurrently: CONCURRENCY,
    eachBatch: async (payload) => {
      const handled = await handleUntilDone(payload, options, stopping.signal, logger);
      if (!handled) return;
      const { topic, partition } = payload.batch;
      payload.resolveOffset(payload.batch.lastOffset());
      const next = (BigInt(payload.batch.lastOffset()) + 1n).toString();
      await consumer.commitOffsets([{ topic, partition, offset: next }]);
    },
  });
  return {
    stop: async () => {
      stopping.abort();
      await consumer.stop();
      await consumer.disconnect();
    },
  };
}

/** Tries the batch until its handler is content; false when the partition is no longer ours or the subscription stops. */
async function handleUntilDone(
  payload: EachBatchPayload,
  options: SubscribeOptions,
  stopping: AbortSignal,
  logger: Logger,
): Promise<boolean> {
  const { batch, isRunning, isStale, heartbeat } = payload;
  const records = batch.messages.map((message) => toRecord(batch.topic, batch.partition, message));
  for (let failures = 0; ;) {
    if (stopping.aborted || !isRunning() || isStale()) return false;
    try {
      await options.handle(records, { heartbeat, signal: stopping });
      return true;
    } catch (error) {
      if (stopping.aborted) return false;
      failures += 1;
      const { topic, partition } = batch;
      logger.warn({ err: error, topic, partition, failures }, 'a batch could not be handled; it comes again');
      await pause(backoffMs(failures, BACKOFF, Math.random()), stopping);
      await heartbeat();
    }
  }
}

const toRecord = (topic: string, partition: number, message: KafkaMessage): IncomingRecord => ({
  topic,
  partition,
  offset: message.offset,
  timestamp: Number(message.timestamp),
  key: message.key?.toString() ?? '',
  headers: toText(message.headers ?? {}),
  value: message.value?.toString() ?? null,
});

/** Of a header that is sent several times the last one counts. */
function toText(headers: IHeaders): Record<string, string> {
  const text: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const last = Array.isArray(value) ? value.at(-1) : value;
    if (last !== undefined) text[name] = last.toString();
  }
  return text;
}
