import type { EntityManager } from 'typeorm';

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

/**
 * The same for events that are applied together: gives the ids that had not been handled before, all of them claimed now.
 * No id may stand in the list twice.
 */
export async function claimEvents(
  tx: EntityManager,
  schema: MessagingSchema,
  consumer: string,
  eventIds: readonly string[],
): Promise<ReadonlySet<string>> {
  // Nearly always all of them are new: then one row comes back, and not one for each.
  const [found]: { fresh: readonly string[] | null }[] = await tx.query(
    `with claimed as (
       insert into ${schema}.inbox (consumer, event_id) select $1, unnest($2::text[])
       on conflict do nothing returning event_id
     )
     select case when count(*) < $3 then coalesce(array_agg(event_id), '{}') end as fresh from claimed`,
    [consumer, eventIds, eventIds.length],
  );
  return new Set(found?.fresh ?? eventIds);
}
