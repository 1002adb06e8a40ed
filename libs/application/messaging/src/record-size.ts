import type { OutgoingRecord } from './ports';

/** Largest record that a topic takes with the defaults of Kafka (`max.message.bytes`), bytes. */
export const DEFAULT_RECORD_LIMIT = 1_048_588;
/**
 * What a record may still grow by after it was written, bytes: the header of the span that sent it, and, as a dead letter,
 * where it stood and why it was put aside (a thousand characters of an error, each up to three bytes).
 */
const GROWS_BY = 8_192;
/** The head of a batch (61 bytes) and the lengths in front of key, value and headers, at their longest. */
const BATCH_HEAD = 61;
const RECORD_HEAD = 36;
const HEADER_HEAD = 10;

/**
 * Bytes that a record takes in its topic, uncompressed and in a batch of its own: at least what the broker counts
 * (https://kafka.apache.org/documentation/#recordbatch).
 */
export function recordSize({ key, value, headers }: Omit<OutgoingRecord, 'topic'>): number {
  let size = BATCH_HEAD + RECORD_HEAD + Buffer.byteLength(key) + Buffer.byteLength(value ?? '');
  for (const [name, text] of Object.entries(headers))
    size += HEADER_HEAD + Buffer.byteLength(name) + Buffer.byteLength(text);
  return size;
}

/** A record that its topic would refuse; thrown where it would be written, with nothing written. */
export class RecordTooLargeError extends Error {
  constructor(
    /** As it would be sent, bytes. */
    readonly size: number,
    /** Most that is possible, bytes. */
    readonly limit: number,
    topic: string,
  ) {
    super(`a record for ${topic} has ${size} bytes, and ${limit} is the most that is possible`);
    this.name = 'RecordTooLargeError';
  }
}

/**
 * Throws {@link RecordTooLargeError} for the first record that a topic of this limit (`max.message.bytes`) would refuse, be it
 * at once or later as a dead letter.
 */
export function demandRecordSize(records: readonly OutgoingRecord[], topicLimit: number): void {
  const limit = topicLimit - GROWS_BY;
  for (const record of records) {
    const size = recordSize(record);
    if (size > limit) throw new RecordTooLargeError(size, limit, record.topic);
  }
}
