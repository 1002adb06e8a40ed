import { deadLetterMarksTopic, deadLetterTopic } from '@tessera/contracts-events';
import { maybe } from '@tessera/kernel';
import { UNDECODABLE } from './dead-letter';
import type { EventLog, IncomingRecord, OutgoingRecord } from './ports';

const SUFFIX = deadLetterTopic('').name;
/** Headers about the failure; a replayed record goes without them. */
const OF_THE_FAILURE = /^x-(original-.*|error|error-type|tries|content-left-out)$/;
/** Records published at once. */
const BATCH = 500;

/** What was done with a letter: sent again, or dropped for good. */
export type Mark = 'replayed' | 'dropped';

/** A record that a consumer group could not handle. */
export interface DeadLetter {
  /** `<topic>/<partition>/<offset>` in the dead-letter topic. */
  readonly id: string;
  readonly record: IncomingRecord;
  /** Original coordinates of the record. */
  readonly original: {
    readonly topic: string;
    readonly partition: number;
    readonly offset: string;
    readonly timestamp: number;
  };
  /** The group that could not handle it. */
  readonly group: string;
  readonly error: string;
  readonly errorType: string;
  readonly tries: number;
  /** CloudEvents type; empty where the record had none. */
  readonly type: string;
  readonly mark: Mark | undefined;
  /** Why it cannot be replayed; undefined where its record is all here. */
  readonly incomplete: string | undefined;
}

/** Selects letters; all given fields must match. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  /** The dead-letter topic or the one that the record came from. */
  readonly topic?: string;
  readonly group?: string;
  readonly key?: string;
  readonly type?: string;
  readonly errorType?: string;
  /** Include letters that were already replayed or dropped. */
  readonly marked?: boolean;
}

/**
 * Dead letters and their marks. A log deletes records only from its beginning, so a settled letter stays until its
 * retention ends, and a mark in a separate topic records what was done with it.
 */
export class DeadLetters {
  constructor(
    private readonly log: Pick<EventLog, 'topicNames' | 'read' | 'ensureTopics' | 'publish'>,
    private readonly prefix: string,
  ) {}

  /** Dead-letter topics of the prefix, by name. */
  async topics(): Promise<readonly string[]> {
    const names = await this.log.topicNames();
    return names.filter((name) => name.startsWith(`${this.prefix}.`) && name.endsWith(SUFFIX)).sort();
  }

  /** Letters that match the filter, in order per partition, grouped by topic. */
  async find(filter: DeadLetterFilter = {}): Promise<readonly DeadLetter[]> {
    const topics = (await this.topics()).filter((name) => mayHold(name, filter));
    if (topics.length === 0) return [];
    const marks = await this.marks();
    const found: DeadLetter[] = [];
    await this.log.read(topics, (record) => {
      const letter = letterOf(record, marks);
      if (passes(letter, filter)) found.push(letter);
    });
    return found.sort(inOrder);
  }

  /**
   * Sends the letters to their original topics, with their keys and in order, and marks them. If it is interrupted
   * between the two, a letter may be sent twice: consumers recognise the event by its id and apply it once. Rejects,
   * with nothing sent, if one of them is incomplete.
   */
  async replay(letters: readonly DeadLetter[]): Promise<void> {
    for (const { id, incomplete } of letters)
      if (incomplete !== undefined)
        throw new Error(`${id} cannot be replayed: ${incomplete}; nothing was sent`);
    for (let at = 0; at < letters.length; at += BATCH) {
      const batch = letters.slice(at, at + BATCH);
      await this.log.publish(batch.map(asItCame));
      await this.put(batch, 'replayed');
    }
  }

  /** Marks the letters as dropped: nobody will send them again. */
  async drop(letters: readonly DeadLetter[]): Promise<void> {
    for (let at = 0; at < letters.length; at += BATCH)
      await this.put(letters.slice(at, at + BATCH), 'dropped');
  }

  private async put(letters: readonly DeadLetter[], mark: Mark): Promise<void> {
    const topic = deadLetterMarksTopic(this.prefix);
    await this.log.ensureTopics([topic]);
    await this.log.publish(
      letters.map(({ id }) => ({ topic: topic.name, key: id, headers: {}, value: JSON.stringify({ mark }) })),
    );
  }

  /** The mark of each letter by its id. The last of several marks counts. */
  private async marks(): Promise<ReadonlyMap<string, Mark>> {
    const { name } = deadLetterMarksTopic(this.prefix);
    const marks = new Map<string, Mark>();
    if (!(await this.log.topicNames()).includes(name)) return marks;
    await this.log.read([name], ({ key, value }) => {
      const mark = markIn(value);
      if (mark !== undefined) marks.set(key, mark);
    });
    return marks;
  }
}

/** The mark in a record; undefined where it is no mark of ours. */
function markIn(value: string | null): Mark | undefined {
  try {
    const { mark } = JSON.parse(value ?? '{}') as { readonly mark?: unknown };
    return mark === 'replayed' || mark === 'dropped' ? mark : undefined;
  } catch {
    return undefined;
  }
}

const idOf = ({ topic, partition, offset }: IncomingRecord): string => `${topic}/${partition}/${offset}`;

function letterOf(record: IncomingRecord, marks: ReadonlyMap<string, Mark>): DeadLetter {
  const { headers, topic } = record;
  const id = idOf(record);
  return {
    id,
    record,
    original: {
      topic: headers['x-original-topic'] ?? topic.slice(0, -SUFFIX.length),
      partition: Number(headers['x-original-partition'] ?? -1),
      offset: headers['x-original-offset'] ?? '',
      timestamp: Number(headers['x-original-timestamp'] ?? record.timestamp),
    },
    group: headers['x-original-group'] ?? '',
    error: record.undecodable ?? headers['x-error'] ?? '',
    errorType: headers['x-error-type'] ?? '',
    tries: Number(headers['x-tries'] ?? 0),
    type: headers['ce_type'] ?? '',
    mark: marks.get(id),
    incomplete: headers['x-content-left-out'] ?? undecodedIn(record),
  };
}

/** The letter of a batch that could not be decoded holds its bytes, which are no record. */
const undecodedIn = ({ undecodable, headers }: IncomingRecord): string | undefined =>
  undecodable !== undefined || headers['x-error-type'] === UNDECODABLE
    ? 'it holds the bytes of a batch that could not be decoded'
    : undefined;

/** The record as it was before it failed, with a header that identifies the letter. */
const asItCame = ({ id, record, original }: DeadLetter): OutgoingRecord => ({
  topic: original.topic,
  key: record.key,
  headers: {
    ...Object.fromEntries(Object.entries(record.headers).filter(([name]) => !OF_THE_FAILURE.test(name))),
    'x-replayed': id,
  },
  value: record.value,
  ...maybe('encoding', record.encoding),
});

function mayHold(name: string, { topic, ids }: DeadLetterFilter): boolean {
  if (topic !== undefined && name !== topic && name !== deadLetterTopic(topic).name) return false;
  return ids === undefined || ids.some((id) => id.startsWith(`${name}/`));
}

const passes = (letter: DeadLetter, filter: DeadLetterFilter): boolean =>
  (filter.marked === true || letter.mark === undefined) &&
  (filter.ids === undefined || filter.ids.includes(letter.id)) &&
  (filter.group === undefined || filter.group === letter.group) &&
  (filter.key === undefined || filter.key === letter.record.key) &&
  (filter.type === undefined || filter.type === letter.type) &&
  (filter.errorType === undefined || filter.errorType === letter.errorType);

/** Order by topic and partition, then as in the log. */
function inOrder({ record: a }: DeadLetter, { record: b }: DeadLetter): number {
  if (a.topic !== b.topic) return a.topic < b.topic ? -1 : 1;
  if (a.partition !== b.partition) return a.partition - b.partition;
  return BigInt(a.offset) < BigInt(b.offset) ? -1 : 1;
}
