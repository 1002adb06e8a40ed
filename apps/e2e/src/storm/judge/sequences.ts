import type { EndState, LoggedRecord } from '../record/recording';
import type { Breach } from './breach';

/**
 * Whether the events of each workload are complete and in order. A source numbers what it writes about a workload from
 * 1 on, over all topics; a record may come again, with the same id and content.
 */
export function sequences(log: readonly LoggedRecord[], end: EndState): readonly Breach[] {
  const streams = new Map<string, LoggedRecord[]>();
  for (const record of log) {
    const key = `${record.source} ${record.subject}`;
    const stream = streams.get(key);
    if (stream === undefined) streams.set(key, [record]);
    else stream.push(record);
  }
  const last = lastNumbers(end);
  return [
    ...[...streams].flatMap(([key, records]) => [...changed(key, records), ...ordered(key, records)]),
    ...[...streams].flatMap(([key, records]) => complete(key, records, last)),
  ];
}

/** A record that comes again is the same. */
function changed(key: string, records: readonly LoggedRecord[]): readonly Breach[] {
  const contents = new Map<string, string>();
  return records.flatMap(({ id, topic, content }): readonly Breach[] => {
    const known = contents.get(`${topic} ${id}`);
    contents.set(`${topic} ${id}`, known ?? content);
    return known === undefined || known === content
      ? []
      : [{ kind: 'event-changed', what: `${key}: ${id} came twice with other content` }];
  });
}

/** Without repetitions, numbers grow within a topic. */
function ordered(key: string, records: readonly LoggedRecord[]): readonly Breach[] {
  const seen = new Set<string>();
  const latest = new Map<string, number>();
  return records.flatMap(({ id, topic, sequence, type }): readonly Breach[] => {
    if (seen.has(id)) return [];
    seen.add(id);
    const before = latest.get(topic) ?? 0;
    latest.set(topic, Math.max(before, sequence));
    return sequence > before
      ? []
      : [{ kind: 'event-out-of-order', what: `${key}: ${type} ${sequence} after ${before} in ${topic}` }];
  });
}

/** Every number up to the last one that the database knows, each of one record alone. */
function complete(
  key: string,
  records: readonly LoggedRecord[],
  last: ReadonlyMap<string, number>,
): readonly Breach[] {
  const ids = new Map<number, Set<string>>();
  for (const { sequence, id } of records) ids.set(sequence, (ids.get(sequence) ?? new Set()).add(id));
  const isOfScheduler = records.some(({ topic }) => topic === 'workloads');
  const subject = records[0]?.subject ?? '';
  const upTo = last.get(`${isOfScheduler ? 'scheduler' : 'api'} ${subject}`) ?? Math.max(...ids.keys());
  const breaches: Breach[] = [...ids].flatMap(([sequence, some]) =>
    some.size === 1
      ? []
      : [{ kind: 'event-twice' as const, what: `${key}: ${some.size} records have number ${sequence}` }],
  );
  for (let sequence = 1; sequence <= upTo; sequence += 1)
    if (!ids.has(sequence))
      breaches.push({ kind: 'event-missing', what: `${key}: number ${sequence} of ${upTo} is missing` });
  return breaches;
}

const lastNumbers = ({ workloads, accepted }: EndState): ReadonlyMap<string, number> =>
  new Map([
    ...workloads.map(({ id, sequence }) => [`api ${id}`, sequence] as const),
    ...accepted.map(({ id, sequence }) => [`scheduler ${id}`, sequence] as const),
  ]);
