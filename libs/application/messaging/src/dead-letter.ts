import { deadLetterTopic } from '@tessera/contracts-events';
import type { IncomingRecord, OutgoingRecord } from './ports';

/** Longest text of an error in a header. */
const ERROR_LENGTH = 1000;

/** Why a record was put aside, and by whom. */
export interface DeadLetterCause {
  readonly group: string;
  readonly error: Error;
  /** How often it was tried. */
  readonly tries: number;
}

/** The record as it came, with where it stood, what was wrong with it and for which group. */
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
