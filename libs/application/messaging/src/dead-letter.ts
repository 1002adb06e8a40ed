import { deadLetterTopic } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import type { EventLog, IncomingRecord, OutgoingRecord } from './ports';
import { PublishError } from './publish-error';
import { recordSize } from './record-size';

/** Longest error text in a header. */
const ERROR_LENGTH = 1000;
/** Longest key, and longest header with its name, of a letter without content. */
const KEY_LENGTH = 256;
const HEADER_LENGTH = 2000;

/** Type of the error of a letter that holds bytes from which no record could be made. */
export const UNDECODABLE = 'UndecodableRecordError';

/** Why a record was dead-lettered, and by which group. */
export interface DeadLetterCause {
  readonly group: string;
  readonly error: Error;
  /** Number of attempts. */
  readonly tries: number;
}

/** The original record, with its coordinates, the error and the consumer group. */
export const deadLetter = (
  { key, headers, value, encoding, topic, partition, offset, timestamp }: IncomingRecord,
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
  ...maybe('encoding', encoding),
});

/** The rest of a letter that is too large for its topic: the position of the record, and the reason. */
const coverOf = (letter: OutgoingRecord): OutgoingRecord => ({
  topic: letter.topic,
  key: letter.key.slice(0, KEY_LENGTH),
  headers: {
    ...Object.fromEntries(
      Object.entries(letter.headers).filter(
        ([name, text]) => /^(x-|ce_)/.test(name) && name.length + text.length <= HEADER_LENGTH,
      ),
    ),
    'x-content-left-out': `the record has ${recordSize(letter)} bytes, more than the limit of ${letter.topic}`,
  },
  value: null,
});

/**
 * Publishes dead letters. One that is too large for its topic is published without its content, so that it does not
 * block others; the record itself stays in its own topic until the retention ends.
 */
export async function publishLetters(
  log: Pick<EventLog, 'publish'>,
  letters: readonly OutgoingRecord[],
): Promise<void> {
  try {
    await log.publish(letters);
  } catch (error) {
    if (!(error instanceof PublishError) || error.outcomes.includes('failed')) throw error;
    await log.publish(letters.filter((_letter, at) => error.outcomes[at] === 'too-large').map(coverOf));
  }
}
