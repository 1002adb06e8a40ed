import { deadLetterTopic } from '@tessera/contracts-events';
import type { IncomingRecord, OutgoingRecord } from './ports';

/** Longest error text in a header. */
const ERROR_LENGTH = 1000;

/** Why a record was dead-lettered, and by which group. */
export interface DeadLetterCause {
  readonly group: string;
  readonly error: Error;
  /** Number of attempts. */
  readonly tries: number;
}

/** The original record, with its coordinates, the error and the consumer group. */
export const deadLetter = (
  { key, headers, value, topic, partition, offset, timestamp }: IncomingRecord,
  { group, error, tries }: DeadLetterCause,
): OutgoingRecord => ({
  topic: deadLetterTopic(topic).name,
  key,
  headers: {
    ...headers,
    'x-original-topic': topic,
    'x-original-partition': String(partition),
    'x-original-offset': offset,
    'x-original-timestamp': String(timestamp),
    'x-original-group': group,
    'x-error': error.message.slice(0, ERROR_LENGTH),
    'x-error-type': error.name,
    'x-tries': String(tries),
  },
  value,
});
