import {
  deadLetterTopic,
  decodeEvent,
  InvalidEventError,
  type Decoded,
  type Topic,
} from '@tessera/contracts-events';
import { deadLetter, publishLetters, UNDECODABLE } from './dead-letter';
import { withConcurrencyPerKey } from './concurrency-per-key';
import type { Pacing } from './pacing';
import type { EventLog, IncomingRecord, Subscription } from './ports';

/** Attempts for a record whose handling fails because of the record. */
const TRIES = 5;
/** Keys processed concurrently. */
const CONCURRENCY = 4;

/** A record whose content is valid. */
export interface Received {
  readonly decoded: Decoded;
  readonly record: IncomingRecord;
}

/** Applies one event; since the event may arrive twice, records its id with the effect, in one transaction. */
interface EachHandler {
  readonly handle: (decoded: Decoded, record: IncomingRecord) => Promise<void>;
  readonly handleBatch?: undefined;
}

/**
 * Applies events of one partition, in order and each once, in one transaction that also records their ids. If it fails
 * because of a message, the events are redelivered one by one.
 */
interface BatchHandler {
  readonly handleBatch: (events: readonly Received[]) => Promise<void>;
  readonly handle?: undefined;
}

export type ConsumerOptions = (EachHandler | BatchHandler) & {
  readonly log: EventLog;
  readonly group: string;
  readonly topics: readonly Topic[];
  /**
   * Whether an error of the handler comes from a dependency, such as an unavailable database: then the batch is
   * redelivered, without limit. Any other error is caused by the message and counts towards its attempts.
   */
  readonly isUnavailable: (error: unknown) => boolean;
  readonly pacing: Pacing;
  /**
   * Attempts before a record is moved to the dead-letter topic; 5 by default. A record that cannot be decoded is not
   * retried.
   */
  readonly tries?: number;
  /** Keys processed concurrently; 4 by default. */
  readonly concurrency?: number;
  /** Called after a record was moved to the dead-letter topic. */
  readonly onDeadLetter: (record: IncomingRecord, error: Error) => void;
  readonly onHandled?: (records: number) => void;
};

/**
 * Consumes events in order per key. A record that cannot be processed goes to `<topic>.dlq` with its coordinates and
 * the error. It blocks neither other keys meanwhile nor later records afterwards.
 */
export async function consumeEvents(options: ConsumerOptions): Promise<Subscription> {
  const { log, group, topics } = options;
  await log.ensureTopics([...topics, ...topics.map(({ name }) => deadLetterTopic(name))]);
  return log.subscribe({
    group,
    topics: topics.map(({ name }) => name),
    handle: async (batch, { signal }) => {
      const { received, unreadable } = decodeAll(batch);
      await putAside(options, unreadable, 1);
      await handleAll(options, received, signal);
      options.onHandled?.(batch.length);
    },
  });
}

interface Rejected {
  readonly record: IncomingRecord;
  readonly error: Error;
}

function decodeAll(batch: readonly IncomingRecord[]) {
  const received: Received[] = [];
  const unreadable: Rejected[] = [];
  for (const record of batch) {
    try {
      received.push({ decoded: decode(record), record });
    } catch (error) {
      // Decoding depends on the record alone, so that another try could not succeed.
      unreadable.push({ record, error: asError(error) });
    }
  }
  return { received, unreadable };
}

/** Throws where the record is not an event of ours. */
function decode(record: IncomingRecord): Decoded {
  if (record.undecodable !== undefined) throw new UndecodableRecordError(record.undecodable);
  if (record.encoding !== undefined) throw new InvalidEventError('the value is not UTF-8 text');
  return decodeEvent(record);
}

/** The log holds bytes from which no record could be made. */
class UndecodableRecordError extends Error {
  override readonly name = UNDECODABLE;
}

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

async function handleAll(
  options: ConsumerOptions,
  received: readonly Received[],
  signal: AbortSignal,
): Promise<void> {
  if (received.length === 0) return;
  const { handleBatch, isUnavailable, concurrency = CONCURRENCY } = options;
  if (handleBatch !== undefined) {
    try {
      return await handleBatch(withoutCopies(received));
    } catch (error) {
      if (signal.aborted || isUnavailable(error)) throw error;
    }
  }
  await withConcurrencyPerKey(
    received,
    ({ record }) => record.key,
    concurrency,
    (one) => handleOne(options, one, signal),
  );
}

/** Keeps the first copy of an event that was published twice. */
function withoutCopies(received: readonly Received[]): readonly Received[] {
  const first = new Map<string, Received>();
  for (const one of received) {
    const { id, source } = (one.decoded.kind === 'event' ? one.decoded.event : one.decoded).attributes;
    const name = `${source} ${id}`;
    if (!first.has(name)) first.set(name, one);
  }
  return first.size === received.length ? received : [...first.values()];
}

/** Retries until the record is handled or dead-lettered; throws if a dependency fails or the subscription stops. */
async function handleOne(options: ConsumerOptions, one: Received, signal: AbortSignal): Promise<void> {
  const { isUnavailable, pacing, tries = TRIES } = options;
  for (let count = 1; ; count += 1) {
    if (signal.aborted)
      throw new Error('the subscription is stopping; the rest of the batch will be redelivered');
    try {
      if (options.handleBatch !== undefined) await options.handleBatch([one]);
      else await options.handle(one.decoded, one.record);
      return;
    } catch (thrown) {
      if (isUnavailable(thrown)) throw thrown;
      const error = asError(thrown);
      if (count >= tries || error instanceof InvalidEventError)
        return putAside(options, [{ record: one.record, error }], count);
    }
    await pacing.pause(pacing.backoffMs(count), signal);
  }
}

/** A dead-letter topic that does not accept the records counts as a failed dependency: the batch is redelivered. */
async function putAside(
  { log, group, onDeadLetter }: ConsumerOptions,
  rejected: readonly Rejected[],
  tries: number,
): Promise<void> {
  if (rejected.length === 0) return;
  const letters = rejected.map(({ record, error }) => deadLetter(record, { group, error, tries }));
  await publishLetters(log, letters);
  for (const { record, error } of rejected) onDeadLetter(record, error);
}
