import { claimEvents } from '@tessera/adapter-postgres';
import type { EventAttributes } from '@tessera/contracts-events';
import type { Received } from '@tessera/application-messaging';
import type { DataSource, EntityManager } from 'typeorm';

/** Effects in the order in which they were applied; duplicates of an event are not rejected here. */
export async function createEffects(dataSource: DataSource): Promise<void> {
  await dataSource.query('create table effects (id bigserial primary key, event_id text, key text, n int)');
}

/** Applies the events that were not handled before, in order, in one transaction with their ids. */
export async function applyOnce(
  dataSource: DataSource,
  consumer: string,
  events: readonly Received[],
): Promise<void> {
  await dataSource.transaction(async (tx) => {
    const ids = events.map(({ decoded }) => attributesOf(decoded).id);
    const fresh = await claimEvents(tx, 'api', consumer, ids);
    await insertEffects(
      tx,
      events.filter(({ decoded }) => fresh.has(attributesOf(decoded).id)),
    );
  });
}

/** The effect itself: a row per event. */
export async function insertEffects(tx: EntityManager, events: readonly Received[]): Promise<void> {
  if (events.length === 0) return;
  const attributes = events.map(({ decoded }) => attributesOf(decoded));
  await tx.query(
    `insert into effects (event_id, key, n)
     select event_id, key, n from unnest($1::text[], $2::text[], $3::int[]) with ordinality as e(event_id, key, n, at)
     order by at`,
    [
      attributes.map(({ id }) => id),
      attributes.map(({ subject }) => subject),
      attributes.map(({ sequence }) => Number(sequence)),
    ],
  );
}

export const attributesOf = (decoded: Received['decoded']): EventAttributes =>
  decoded.kind === 'event' ? decoded.event.attributes : decoded.attributes;

/** Result: number of effects, of distinct events, and of events out of order. */
export async function countEffects(dataSource: DataSource): Promise<{
  readonly effects: number;
  readonly events: number;
  readonly outOfOrder: number;
}> {
  const [counts]: Record<'effects' | 'events' | 'out_of_order', string>[] = await dataSource.query(`
    select count(*) as effects, count(distinct event_id) as events, count(*) filter (where n <> place) as out_of_order
    from (select event_id, n, row_number() over (partition by key order by id) - 1 as place from effects) e`);
  return {
    effects: Number(counts?.effects),
    events: Number(counts?.events),
    outOfOrder: Number(counts?.out_of_order),
  };
}

/** Cheap enough for frequent polling. */
export async function effectsSoFar(dataSource: DataSource): Promise<number> {
  const [found]: { last: string | null }[] = await dataSource.query('select count(*) as last from effects');
  return Number(found?.last ?? 0);
}
