import type { Pool } from 'pg';

/** Maximum rows of one statement. */
const BATCH = 1_000;
/** How long a tombstone stays in a compacted topic, as in Kafka (`delete.retention.ms`). */
const TOMBSTONE = `interval '1 day'`;
/** One process cleans at a time; a statement of another one removes nothing meanwhile. */
const ALONE = `(select pg_try_advisory_xact_lock(hashtextextended('event log retention', 30)))`;

const EXPIRED = `select r.ctid from event_log.topics t
    join event_log.records r on r.topic = t.name and r.at < now() - t.retention_ms * interval '1 millisecond'
    where t.cleanup = 'delete' and t.retention_ms >= 0 limit $1`;

/** Records that a later one of their key replaced, and keys that ended long ago. The newest minute stays. */
const COMPACTED = `select r.ctid from event_log.records r join (
      select topic, partition, key, max("offset") as last from event_log.records
      where topic in (select name from event_log.topics where cleanup = 'compact') group by topic, partition, key
    ) newest using (topic, partition, key)
    where r.at < now() - interval '1 minute'
      and (r."offset" < newest.last or (r.value is null and r.at < now() - ${TOMBSTONE})) limit $1`;

/** Members that ended without leaving the group. */
const GONE = `delete from event_log.members where seen_at < now() - interval '1 day'`;

/**
 * Removes what the topics' settings allow, in statements of bounded size. Offsets are unaffected: partitions count
 * them.
 */
export async function clean(pool: Pick<Pool, 'query'>, batch = BATCH): Promise<void> {
  for (const old of [EXPIRED, COMPACTED])
    for (let removed = batch; removed === batch;) {
      const { rowCount } = await pool.query(
        `delete from event_log.records where ${ALONE} and ctid = any(array(${old}))`,
        [batch],
      );
      removed = rowCount ?? 0;
    }
  await pool.query(GONE);
}
