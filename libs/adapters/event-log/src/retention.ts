import type { PoolClient } from 'pg';

/**
 * Removes what the topics' settings allow: records past their retention, and of a compacted topic every record that a
 * later one of its key replaced. The newest record of a partition always stays, as offsets never run backwards.
 */
export async function clean(tx: PoolClient): Promise<void> {
  // After a long downtime there is much to remove.
  await tx.query('set local statement_timeout = 0');
  await tx.query(`
    delete from event_log.records r using event_log.topics t
    where r.topic = t.name and t.cleanup = 'delete' and t.retention_ms >= 0
      and r.at < now() - t.retention_ms * interval '1 millisecond'`);
  await tx.query(`
    delete from event_log.records r using event_log.topics t
    where r.topic = t.name and t.cleanup = 'compact' and r.at < now() - interval '1 minute'
      and exists (select 1 from event_log.records later
        where later.topic = r.topic and later.partition = r.partition and later.key = r.key
          and later."offset" > r."offset")`);
}
