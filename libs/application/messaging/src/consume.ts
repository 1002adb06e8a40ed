import {
  deadLetterTopic,
  decodeEvent,
  InvalidEventError,
  type Decoded,
  type Topic,
} from '@tessera/contracts-events';
import type { EventLog, IncomingRecord, OutgoingRecord, Subscription } from './ports';

export interface ConsumerOptions {
  readonly log: EventLog;
  readonly group: string;
  readonly topics: readonly Topic[];
  /**
   * Applies one event; records the event id with the effect, since it may come twice. An error that it throws is of the
   * surroundings: the batch comes again, without limit. An {@link InvalidEventError} is of the message.
   */
  readonly handle: (decoded: Decoded, record: IncomingRecord) => Promise<void>;
  /** Told of a record that nobody can read, after it was put aside. */
  readonly onDeadLetter: (record: IncomingRecord, error: Error) => void;
  readonly onHandled?: (records: number) => void;
}

/**
 * Consumes events in order. A record that is unusable in itself goes to `<topic>.dlq` with its coordinates and the error,
 * and does not hold up the ones behind it.
 */
export async function consumeEvents(options: ConsumerOptions): Promise<Subscription> {
  const { log, group, topics } = options;
  await log.ensureTopics([...topics, ...topics.map(({ name }) => deadLetterTopic(name))]);
  return log.subscribe({
    group,
    topics: topics.map(({ name }) => name),
    handle: async (batch, { heartbeat, signal }) => {
      for (const record of batch) {
        if (signal.aborted) throw new Error('the subscription stops; the rest of the batch comes again');
        await handleOne(options, record);
        await heartbeat();
      }
      options.onHandled?.(batch.length);
    },
  });
}

async function handleOne(
  { log, handle, onDeadLetter }: ConsumerOptions,
  record: IncomingRecord,
): Promise<void> {
  try {
    await handle(decodeEvent(record), record);
  } catch (error) {
    if (!(error instanceof InvalidEventError)) throw error;
    await log.publish([deadLetter(record, error)]);
    onDeadLetter(record, error);
  }
}

/** The record as it came, with where it stood and what was wrong with it. */
export const deadLetter = (
  { key, headers, value, topic, partition, offset }: IncomingRecord,
  error: Error,
): OutgoingRecord => ({
  topic: deadLetterTopic(topic).name,
  key,
  headers: {
    ...headers,
    'x-original-topic': topic,
    'x-original-partition': String(partition),
    'x-original-offset': offset,
    'x-error': error.message.slice(0, 1000),
  },
  value,
});
