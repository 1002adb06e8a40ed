import { CLOCK, integer, json, NULLABLE, PRIMARY, text, time, uuid } from './columns';
import { entity, foreignKey } from './entity';

/** Tables of the event log on Postgres; their statements are in the adapter of the event log. */
export const TOPICS = entity<{
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'compact' | 'delete';
  readonly retentionMs: string;
}>(
  { name: 'Topic', schema: 'event_log', tableName: 'topics' },
  { name: text(PRIMARY), partitions: integer(), cleanup: text(), retentionMs: { type: 'bigint' } },
  {
    checks: [
      { name: 'topics_partitions_check', expression: 'partitions > 0' },
      { name: 'topics_cleanup_check', expression: `cleanup in ('compact', 'delete')` },
    ],
  },
);

export const PARTITIONS = entity<{
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: string;
}>(
  { name: 'Partition', schema: 'event_log', tableName: 'partitions' },
  { topic: text(PRIMARY), partition: integer(PRIMARY), nextOffset: { type: 'bigint', default: 0 } },
  { foreignKeys: [foreignKey('Topic', ['topic'], ['name'], 'CASCADE')] },
);

export const RECORDS = entity<{
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: string | null;
  readonly at: string;
}>(
  { name: 'LogRecord', schema: 'event_log', tableName: 'records' },
  {
    topic: text(PRIMARY),
    partition: integer(PRIMARY),
    offset: { type: 'bigint', primary: true },
    key: text(),
    headers: json(),
    value: text(NULLABLE),
    at: time(CLOCK),
  },
  {
    indices: [{ name: 'records_at', columns: ['topic', 'at'] }],
    foreignKeys: [foreignKey('Partition', ['topic', 'partition'], ['topic', 'partition'], 'CASCADE')],
  },
);

export const GROUP_OFFSETS = entity<{
  readonly groupId: string;
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: string;
}>(
  { name: 'GroupOffset', schema: 'event_log', tableName: 'group_offsets' },
  {
    groupId: text(PRIMARY),
    topic: text(PRIMARY),
    partition: integer(PRIMARY),
    nextOffset: { type: 'bigint' },
  },
);

export const MEMBERS = entity<{
  readonly groupId: string;
  readonly memberId: string;
  readonly seenAt: string;
}>(
  { name: 'GroupMember', schema: 'event_log', tableName: 'members' },
  { groupId: text(PRIMARY), memberId: uuid(PRIMARY), seenAt: time() },
);
