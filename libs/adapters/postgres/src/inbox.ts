import type { DataSource, EntityManager } from 'typeorm';

/** Services that own tables; also the names of their Postgres schemas. */
export type MessagingSchema = 'api' | 'scheduler';

/**
 * Records that `consumer` handled an event, in the transaction that applies its effect. False when it had been handled
 * before: then the effect must not be applied again. A claim under way elsewhere is waited for.
 */
export async function claimEvent(
  tx: EntityManager,
  schema: MessagingSchema,
  consumer: string,
  eventId: string,
): Promise<boolean> {
  const rows: unknown[] = await tx.query(
    `insert into ${schema}.inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1`,
    [consumer, eventId],
  );
  return rows.length > 0;
}

/** Forgets claims older than `olderThanMs`; must exceed the retention of the topics, or a late copy counts as new. */
export async function pruneInbox(
  dataSource: DataSource,
  schema: MessagingSchema,
  olderThanMs: number,
): Promise<void> {
  await dataSource.query(`delete from ${schema}.inbox where at < now() - $1 * interval '1 millisecond'`, [
    olderThanMs,
  ]);
}
