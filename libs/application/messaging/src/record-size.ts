import type { OutgoingRecord } from './ports';

/** Largest record that a topic accepts with Kafka's defaults (`max.message.bytes`), bytes. */
export const DEFAULT_RECORD_LIMIT = 1_048_588;
/**
 * How much a record may grow after it was written, bytes: the header of the span that sent it and, as a dead letter,
 * its coordinates and the error (a thousand characters, each up to three bytes).
 */
const GROWS_BY = 8_192;
/** The head of a batch (61 bytes) and the length fields of key, value and headers, at their longest. */
const BATCH_HEAD = 61;
const RECORD_HEAD = 36;
const HEADER_HEAD = 10;

/**
 * Size of a record in its topic, uncompressed and in a batch of its own, bytes: at least what the broker counts
 * (https://kafka.apache.org/documentation/#recordbatch).
 */
export function recordSize({ key, value, headers, encoding }: Omit<OutgoingRecord, 'topic'>): number {
  let size = BATCH_HEAD + RECORD_HEAD + Buffer.byteLength(key) + Buffer.byteLength(value ?? '', encoding);
  for (const [name, text] of Object.entries(headers))
    size += HEADER_HEAD + Buffer.byteLength(name) + Buffer.byteLength(text);
  return size;
}

/** A record that its topic would refuse; thrown before anything is written. */
export class RecordTooLargeError extends Error {
  constructor(
    /** Size of the record as sent, bytes. */
    readonly size: number,
    /** Maximum size, bytes. */
    readonly limit: number,
    topic: string,
  ) {
    super(`a record for ${topic} has ${size} bytes; the maximum is ${limit}`);
    this.name = 'RecordTooLargeError';
  }
}

/**
 * Throws {@link RecordTooLargeError} for the first record that a topic with this limit (`max.message.bytes`) would
 * refuse, at once or later as a dead letter.
 */
export function demandRecordSize(records: readonly OutgoingRecord[], topicLimit: number): void {
  const limit = topicLimit - GROWS_BY;
  for (const record of records) {
    const size = recordSize(record);
    if (size > limit) throw new RecordTooLargeError(size, limit, record.topic);
  }
}
