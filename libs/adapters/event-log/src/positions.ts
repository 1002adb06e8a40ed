import type { Pool } from 'pg';
import type { GroupPosition, SubscribeOptions } from '@tessera/application-messaging';

/** Position of a group in each topic that it reads. Without an offset it is the first record that still exists. */
export async function positionsOf(
  pool: Pick<Pool, 'query'>,
  { group, topics }: Pick<SubscribeOptions, 'group' | 'topics'>,
): Promise<readonly GroupPosition[]> {
  const { rows } = await pool.query<{ topic: string; written: string; handled: string }>({
    name: 'positions of a group',
    // Records that retention removed before they were read will never be handled.
    text: `select partitions.topic, sum(partitions.next_offset) as written,
        sum(greatest(coalesce(group_offsets.next_offset, 0),
          coalesce((select min("offset") from event_log.records
            where records.topic = partitions.topic and records.partition = partitions.partition),
            partitions.next_offset))) as handled
      from event_log.partitions
      left join event_log.group_offsets on group_id = $1
        and group_offsets.topic = partitions.topic and group_offsets.partition = partitions.partition
      where partitions.topic = any($2) group by partitions.topic`,
    values: [group, [...topics]],
  });
  return rows.map(({ topic, written, handled }) => ({
    group,
    topic,
    written: Number(written),
    handled: Number(handled),
  }));
}
