import type { DataSource, EntityManager } from 'typeorm';
import type { OutboxLag, OutboxReader, OutboxShare, OutgoingRecord } from '@tessera/application-messaging';
import type { MessagingSchema } from './inbox';
import { channelOf, PostgresOutboxShare } from './outbox-share';

/** Writes records to the outbox in the caller's transaction; the relay is woken when it commits. */
export async function appendOutbox(
  tx: EntityManager,
  schema: MessagingSchema,
  records: readonly OutgoingRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await tx.query(
    `insert into ${schema}.outbox (topic, key, headers, value)
     select r->>'topic', r->>'key', r->'headers', r->>'value'
     from json_array_elements($1::json) with ordinality as t(r, n) order by n`,
    [JSON.stringify(records)],
  );
  await tx.query(`select pg_notify($1, '')`, [channelOf(schema)]);
}

/**
 * The outbox of one service on Postgres. Writers of one key hold its row lock, so ids grow in the order of their commits
 * for each key; a slice of the keys is with one relay at a time, so that order reaches the log.
 */
export class PostgresOutbox implements OutboxReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly url: string,
    private readonly schema: MessagingSchema,
  ) {}

  join(onWritten: () => void): Promise<OutboxShare> {
    return PostgresOutboxShare.join(this.url, this.schema, onWritten);
  }

  async lag(): Promise<OutboxLag> {
    const [found]: { rows: string; oldest: string | null }[] = await this.dataSource.query(
      `select count(*) as rows, extract(epoch from clock_timestamp() - min(created_at)) * 1000 as oldest
       from ${this.schema}.outbox where published_at is null`,
    );
    return { rows: Number(found?.rows ?? 0), oldestMs: Math.round(Number(found?.oldest ?? 0)) };
  }

  async prune(olderThanMs: number): Promise<number> {
    const [, count]: [unknown, number] = await this.dataSource.query(
      `delete from ${this.schema}.outbox where published_at < now() - $1 * interval '1 millisecond'`,
      [olderThanMs],
    );
    return count;
  }
}
