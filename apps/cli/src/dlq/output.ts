import type { DeadLetter } from '@tessera/application-messaging';

/** The content of one dead-letter topic. */
export interface TopicSummary {
  readonly topic: string;
  readonly letters: number;
  readonly groups: readonly string[];
  /** RFC 3339; absent for an empty topic. */
  readonly oldest?: string;
}

export const asJson = (value: unknown): string => JSON.stringify(value, undefined, 2);

export const topicSummaries = (
  topics: readonly string[],
  letters: readonly DeadLetter[],
): readonly TopicSummary[] =>
  topics.map((topic) => {
    const own = letters.filter(({ record }) => record.topic === topic);
    const oldest = own.reduce((least, { record }) => Math.min(least, record.timestamp), Infinity);
    return {
      topic,
      letters: own.length,
      groups: [...new Set(own.map(({ group }) => group))].sort(),
      ...(own.length === 0 ? {} : { oldest: timeOf(oldest) }),
    };
  });

export const topicTable = (summaries: readonly TopicSummary[]): string =>
  summaries.length === 0
    ? 'There are no dead-letter topics.'
    : table([
        ['TOPIC', 'LETTERS', 'OLDEST', 'GROUPS'],
        ...summaries.map(({ topic, letters, groups, oldest }) => [
          topic,
          String(letters),
          oldest ?? '-',
          groups.join(', ') || '-',
        ]),
      ]);

export const letterTable = (letters: readonly DeadLetter[]): string =>
  letters.length === 0
    ? 'There are no dead letters.'
    : table([
        ['ID', 'AT', 'KEY', 'TYPE', 'GROUP', 'STATE', 'ERROR'],
        ...letters.map(({ id, record, type, group, mark, errorType, error }) => [
          id,
          timeOf(record.timestamp),
          plain(record.key) || '-',
          plain(type) || '-',
          plain(group) || '-',
          mark ?? 'open',
          plain(`${errorType}: ${error}`).slice(0, 100),
        ]),
      ]);

/** One letter for people: the failure first, the value last. */
export function letterText({ id, record, original, mark, ...letter }: DeadLetter): string {
  const fields = [
    ['id', id],
    ['state', mark ?? 'open'],
    ['at', timeOf(record.timestamp)],
    ['from', `${original.topic}/${original.partition}/${original.offset}`],
    ['stored there', timeOf(original.timestamp)],
    ['group', letter.group],
    ['tries', String(letter.tries)],
    ['error', `${letter.errorType}: ${letter.error}`],
    ['key', record.key],
  ].map(([name, value]) => [name ?? '', plain(value ?? '')]);
  const headers = Object.entries(record.headers).map(([name, value]) => [`  ${plain(name)}`, plain(value)]);
  return [table(fields), 'headers', table(headers), valueTitle(record), pretty(record.value)].join('\n');
}

const valueTitle = ({ encoding }: DeadLetter['record']): string =>
  encoding === undefined ? 'value' : 'value (base64, since it is no text)';

function pretty(value: string | null): string {
  if (value === null) return '(none: a tombstone)';
  try {
    return asJson(JSON.parse(value));
  } catch {
    return plain(value);
  }
}

/** A record may hold anything: control characters would reach the terminal. */
const plain = (text: string): string => text.replaceAll(/\p{Cc}+/gu, ' ');

/** A dash for what is no time, which a record of others may have. */
export const timeOf = (ms: number): string =>
  Number.isNaN(new Date(ms).getTime()) ? '-' : new Date(ms).toISOString();

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
