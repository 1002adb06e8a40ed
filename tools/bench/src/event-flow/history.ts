import { claimEvents } from '@tessera/adapter-postgres';
import type { Received } from '@tessera/application-messaging';
import { attributesOf } from '@tessera/testing-contract-suites';
import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

/** One row of the history of a workload: what the platform's own projection stores of an event. */
export interface HistoryRow {
  readonly eventId: string;
  readonly workloadId: string;
  readonly at: string;
  readonly body: string;
}

const INTO = `insert into history (id, workload_id, created_at, kind, body)
  select gen_random_uuid(), workload_id, at, 'event', body`;
const CLAIM = 'insert into api.inbox (consumer, event_id) select $1, unnest($2::text[])';

/** A table with the columns and indexes of the platform's history, without its references. */
export async function createHistory(pool: Pool): Promise<void> {
  await pool.query('create table history (like api.workload_records including all)');
}

/** Our way: claims and history of those that are new, in one transaction of the platform's adapter. */
export async function recordOnce(
  dataSource: DataSource,
  consumer: string,
  events: readonly Received[],
): Promise<void> {
  const rows = events.map(toRow);
  await dataSource.transaction(async (tx) => {
    const ids = rows.map(({ eventId }) => eventId);
    const fresh = await claimEvents(tx, 'api', consumer, ids);
    const kept = fresh.size === rows.length ? rows : rows.filter(({ eventId }) => fresh.has(eventId));
    // The bodies are JSON already: as one array they need no quoting.
    await tx.query(
      `${INTO} from rows from (unnest($1::uuid[], $2::timestamptz[]), json_array_elements($3::json))
         as e(workload_id, at, body)`,
      [
        kept.map(({ workloadId }) => workloadId),
        kept.map(({ at }) => at),
        `[${kept.map(({ body }) => body).join(',')}]`,
      ],
    );
  });
}

/** The bare way: the same rows in one transaction of the driver. */
export async function recordRaw(
  client: PoolClient,
  consumer: string,
  rows: readonly HistoryRow[],
): Promise<void> {
  await client.query('begin');
  await client.query(CLAIM, [consumer, rows.map(({ eventId }) => eventId)]);
  await client.query(
    `${INTO} from unnest($1::uuid[], $2::timestamptz[], $3::json[]) as e(workload_id, at, body)`,
    [rows.map(({ workloadId }) => workloadId), rows.map(({ at }) => at), rows.map(({ body }) => body)],
  );
  await client.query('commit');
}

function toRow({ decoded, record }: Received): HistoryRow {
  const { id, subject, time } = attributesOf(decoded);
  return { eventId: id, workloadId: subject, at: time, body: record.value ?? 'null' };
}
