import type { Client } from 'pg';
import {
  PublishError,
  recordSize,
  type DrainLimits,
  type Drained,
  type OutboxRow,
  type OutboxShare,
  type ParkedRow,
} from '@tessera/application-messaging';
import { API_OUTBOX, SCHEDULER_OUTBOX, type MessagingSchema } from './entities/messaging';
import { columnsOf, tableOf } from './entities/statements';
import { closeSession, openSession } from './session';

/** The table of each outbox. */
export const OUTBOXES = { api: API_OUTBOX, scheduler: SCHEDULER_OUTBOX } as const;
/** Columns of a row that the relay reads; the same in both outboxes. */
const COLUMNS = columnsOf(API_OUTBOX, ['id', 'topic', 'key', 'headers', 'value']);
/** Number of slices of an outbox. With the hash below, all relays of all versions must use the same value. */
const SLICES = 8;
const SLICE_OF_KEY = `(hashtextextended(key, 0) & ${SLICES - 1})::int`;
/** Interval at which the other relays are counted, ms. */
const SHARE_EVERY_MS = 1_000;
/**
 * A relay whose process is stopped sends no statement: after this time the server ends its session, so that others take
 * its slices, ms.
 */
const SILENT_MS = 8_000;
/** Interval of the statements that a relay sends while it waits for the log or for rows, ms. */
const HEARTBEAT_MS = 2_000;
/** Second key of the shared lock that every relay of an outbox holds; the keys of the slices follow it. */
const MEMBER = 0;

/** Postgres notification channel of an outbox. */
export const channelOf = (schema: MessagingSchema): string => `tessera_${schema}_outbox`;

/**
 * Holds every slice of an outbox on the given session, as another relay would, so that rows wait until the session
 * ends. For benchmarks of writers without the relay.
 */
export async function holdOutbox(client: Client, schema: MessagingSchema): Promise<void> {
  await client.query('select pg_advisory_lock(hashtext($1), slice) from generate_series(1, $2::int) slice', [
    channelOf(schema),
    SLICES,
  ]);
}

interface Row {
  readonly id: string;
  readonly topic: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly value: string | null;
  /** Total bytes of this row and the rows before it. */
  readonly bytes: string;
}

const NOTHING: Drained = { published: 0, parked: [], more: false };

const tooLarge = (row: Row): string =>
  `${recordSize(row)} bytes exceed the limit of the topic ${row.topic}: raise its max.message.bytes and release the row`;

/**
 * One relay's share of an outbox. It has a dedicated session, whose advisory locks are its slices: at most its fair
 * share. Postgres releases them when the session ends, however it ends.
 */
export class PostgresOutboxShare implements OutboxShare {
  private readonly held = new Set<number>();
  private sharedAt = -Infinity;
  private marking: Promise<void> = Promise.resolve();
  private readonly heartbeats: NodeJS.Timeout;
  private readonly table: string;

  private constructor(
    private readonly client: Client,
    private readonly schema: MessagingSchema,
  ) {
    this.table = tableOf(OUTBOXES[schema]);
    // A failure shows in the next statement of a drain.
    const heartbeat = (): void => void client.query('select 1').catch(() => undefined);
    this.heartbeats = setInterval(heartbeat, HEARTBEAT_MS).unref();
  }

  static async join(
    url: string,
    schema: MessagingSchema,
    onWritten: () => void,
    sessionName: string,
  ): Promise<PostgresOutboxShare> {
    const client = await openSession(url, sessionName, SILENT_MS);
    client.on('notification', () => onWritten());
    try {
      await client.query(`listen ${channelOf(schema)}`);
      await client.query('select pg_advisory_lock_shared(hashtext($1), $2)', [channelOf(schema), MEMBER]);
      return new PostgresOutboxShare(client, schema);
    } catch (error) {
      await closeSession(client);
      throw error;
    }
  }

  /** The updates that mark a batch as sent are pipelined before the next query on the session, without waiting. */
  async drain(limits: DrainLimits, publish: (rows: readonly OutboxRow[]) => Promise<void>): Promise<Drained> {
    if (performance.now() - this.sharedAt > SHARE_EVERY_MS) await this.takeFairShare();
    if (this.held.size === 0) return NOTHING;
    const [rows] = await Promise.all([this.oldest(limits), this.marking]);
    const last = rows.at(-1);
    if (last === undefined) return NOTHING;
    const more = rows.length === limits.rows || Number(last.bytes) >= limits.bytes;
    try {
      await publish(rows);
    } catch (error) {
      return { ...(await this.afterFailure(rows, error)), more };
    }
    this.marking = this.mark(rows);
    // The next drain reports a failure.
    this.marking.catch(() => undefined);
    return { published: rows.length, parked: [], more };
  }

  async leave(): Promise<void> {
    clearInterval(this.heartbeats);
    await this.marking.catch(() => undefined);
    await closeSession(this.client);
  }

  /** Marks stored records as sent and parks records that can never be stored; the rest is still a failure. */
  private async afterFailure(rows: readonly Row[], error: unknown): Promise<Omit<Drained, 'more'>> {
    if (!(error instanceof PublishError)) throw error;
    const of = (outcome: string): readonly Row[] => rows.filter((_row, at) => error.outcomes[at] === outcome);
    const stored = of('stored');
    const parked = of('too-large').map((row) => ({ row, reason: tooLarge(row) }));
    await this.mark(stored);
    await this.park(parked);
    if (stored.length + parked.length < rows.length) throw error;
    return { published: stored.length, parked };
  }

  /**
   * At most this many rows, up to the first row at which the total bytes reach the limit. With {@link mark}, repositories
   * took 1.7 times as long (ADR 0021).
   */
  private async oldest({ rows: count, bytes }: DrainLimits): Promise<readonly Row[]> {
    const all = this.held.size === SLICES;
    const { rows } = await this.client.query<Row>(
      `select ${COLUMNS}, bytes from (
         select *, sum(size) over (order by id) as bytes from (
           select ${COLUMNS},
             coalesce(octet_length(value), 0) + octet_length(headers::text) as size
           from ${this.table}
           where published_at is null and parked_at is null ${all ? '' : `and ${SLICE_OF_KEY} = any($3)`}
           order by id limit $1
         ) as oldest
       ) as summed where bytes - size < $2 order by id`,
      all ? [count, bytes] : [count, bytes, [...this.held]],
    );
    return rows;
  }

  private async park(parked: readonly ParkedRow[]): Promise<void> {
    if (parked.length === 0) return;
    await this.client.query(
      `update ${this.table} set parked_at = clock_timestamp(), parked_reason = reason
       from unnest($1::bigint[], $2::text[]) as given (given_id, reason) where id = given_id`,
      [parked.map(({ row }) => row.id), parked.map(({ reason }) => reason)],
    );
  }

  private async mark(rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return;
    await this.client.query(
      `update ${this.table} set published_at = clock_timestamp() where id = any($1::bigint[])`,
      [rows.map(({ id }) => id)],
    );
  }

  /** Takes free slices up to the fair share, or releases those beyond it. */
  private async takeFairShare(): Promise<void> {
    const fair = Math.ceil(SLICES / (await this.members()));
    for (const slice of this.held) {
      if (this.held.size <= fair) break;
      await this.client.query('select pg_advisory_unlock(hashtext($1), $2)', [
        channelOf(this.schema),
        slice + 1,
      ]);
      this.held.delete(slice);
    }
    for (let slice = 0; slice < SLICES && this.held.size < fair; slice += 1) {
      if (this.held.has(slice)) continue;
      const { rows } = await this.client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock(hashtext($1), $2) as taken',
        [channelOf(this.schema), slice + 1],
      );
      if (rows[0]?.taken === true) this.held.add(slice);
    }
    this.sharedAt = performance.now();
  }

  /**
   * Number of sessions that hold the shared lock, including ours. A lock with two keys has objsubid 2 (view pg_locks).
   */
  private async members(): Promise<number> {
    const { rows } = await this.client.query<{ count: string }>(
      `select count(*) from pg_locks
       where locktype = 'advisory' and mode = 'ShareLock' and granted and objsubid = 2
         and database = (select oid from pg_database where datname = current_database())
         and classid::bigint = hashtext($1)::bigint & 4294967295 and objid = $2::int::oid`,
      [channelOf(this.schema), MEMBER],
    );
    return Math.max(1, Number(rows[0]?.count));
  }
}
