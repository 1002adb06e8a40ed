import { Client } from 'pg';
import type { OutboxRow, OutboxShare } from '@tessera/application-messaging';
import type { MessagingSchema } from './inbox';

/** Slices of an outbox; with the hash below a rule that all relays of all versions must share. */
const SLICES = 8;
const SLICE_OF_KEY = `(hashtextextended(key, 0) & ${SLICES - 1})::int`;
/** Pause between two looks at who else relays, ms. */
const SHARE_EVERY_MS = 1_000;
/** Second number of the lock that every relay of an outbox holds together with the others; the slices follow it. */
const MEMBER = 0;

/** Postgres notification channel of an outbox. */
export const channelOf = (schema: MessagingSchema): string => `tessera_${schema}_outbox`;

/**
 * Holds every slice of an outbox on the given session, as another relay would: rows wait there until the session ends. For
 * measurements of what writes to an outbox, apart from what reads it.
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
}

/**
 * One relay's part of an outbox: a session of its own, whose advisory locks are its slices, at most its fair share of
 * them. Postgres gives them back when the session ends, however it ends.
 */
export class PostgresOutboxShare implements OutboxShare {
  private readonly held = new Set<number>();
  private sharedAt = -Infinity;
  private marking: Promise<void> = Promise.resolve();

  private constructor(
    private readonly client: Client,
    private readonly schema: MessagingSchema,
  ) {}

  static async join(
    url: string,
    schema: MessagingSchema,
    onWritten: () => void,
  ): Promise<PostgresOutboxShare> {
    const client = new Client({ connectionString: url, application_name: `tessera-${schema}-relay` });
    // What breaks the connection also fails the next drain.
    client.on('error', () => undefined);
    client.on('notification', () => onWritten());
    try {
      await client.connect();
      await client.query(`listen ${channelOf(schema)}`);
      await client.query('select pg_advisory_lock_shared(hashtext($1), $2)', [channelOf(schema), MEMBER]);
      return new PostgresOutboxShare(client, schema);
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  /** The marks of a batch are sent ahead of the next question on the same session; nobody waits for them in between. */
  async drain(limit: number, publish: (rows: readonly OutboxRow[]) => Promise<void>): Promise<number> {
    if (performance.now() - this.sharedAt > SHARE_EVERY_MS) await this.takeFairShare();
    if (this.held.size === 0) return 0;
    const [rows] = await Promise.all([this.oldest(limit), this.marking]);
    if (rows.length === 0) return 0;
    await publish(rows);
    this.marking = this.mark(rows);
    // A failure is told by the next drain.
    this.marking.catch(() => undefined);
    return rows.length;
  }

  async leave(): Promise<void> {
    await this.marking.catch(() => undefined);
    await this.client.end().catch(() => undefined);
  }

  private async oldest(limit: number): Promise<readonly Row[]> {
    const all = this.held.size === SLICES;
    const { rows } = await this.client.query<Row>(
      `select id, topic, key, headers, value from ${this.schema}.outbox
       where published_at is null ${all ? '' : `and ${SLICE_OF_KEY} = any($2)`} order by id limit $1`,
      all ? [limit] : [limit, [...this.held]],
    );
    return rows;
  }

  private async mark(rows: readonly Row[]): Promise<void> {
    await this.client.query(
      `update ${this.schema}.outbox set published_at = clock_timestamp() where id = any($1::bigint[])`,
      [rows.map(({ id }) => id)],
    );
  }

  /** Takes free slices up to the fair share, or gives back what is beyond it. */
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

  /** Sessions that hold the members' lock, ours included. A lock of two numbers has 2 as its third (view pg_locks). */
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
