import type { Pool } from 'pg';
import { IsNull, Not, type DataSource, type EntityManager } from 'typeorm';
import type {
  OutboxLag,
  OutboxReader,
  OutboxShare,
  OutgoingRecord,
  ParkedRow,
} from '@tessera/application-messaging';
import { API_OUTBOX, type MessagingSchema } from './entities/messaging';
import { columnsOf, recordOf, tableOf } from './entities/statements';
import { channelOf, OUTBOXES, PostgresOutboxShare } from './outbox-share';

/** Columns of a row that a writer sets; the others are set by the database and the relay. The same in both outboxes. */
export const SENT = ['topic', 'key', 'headers', 'value'] as const;
export const SENT_COLUMNS = columnsOf(API_OUTBOX, SENT);

/** One parameter for any number of rows; a repository took 1.5 times as long for 100 of them (ADR 0021). */
const insertInto = (schema: MessagingSchema): string =>
  `insert into ${tableOf(OUTBOXES[schema])} (${SENT_COLUMNS})
  select ${SENT_COLUMNS} from rows from (json_to_recordset($1::json) as (${recordOf(API_OUTBOX, SENT)}))
    with ordinality as record (${SENT_COLUMNS}, place) order by place`;

/** Writes records to the outbox in the caller's transaction; the commit notifies the relay. */
export async function appendOutbox(
  tx: EntityManager,
  schema: MessagingSchema,
  records: readonly OutgoingRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await tx.query(`with written as (${insertInto(schema)}) select pg_notify($2, '')`, [
    JSON.stringify(records),
    channelOf(schema),
  ]);
}

/** The same without notifying the relay, for callers that use an {@link OutboxNotifier} after their commit. */
export async function writeOutbox(
  tx: EntityManager,
  schema: MessagingSchema,
  records: readonly OutgoingRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await tx.query(insertInto(schema), [JSON.stringify(records)]);
}

/**
 * Minimum interval between notifications, ms: each costs the relay several statements, and a burst is sent together.
 */
const REST_MS = 50;

/** Parked rows that are read together. */
const PARKED_AT_ONCE = 500;

/** A notification may be lost in a crash, so its commit does not wait for the disk. */
const NOTIFY = `select set_config('synchronous_commit', 'off', true), pg_notify($1, '')`;

/**
 * Notifies the relay after a commit. Inside the transaction a NOTIFY would hold a global lock until the commit is on
 * the disk, so writers would wait for each other. A lost notification only costs time: the relay also polls.
 */
export class OutboxNotifier {
  private resting = false;
  private again = false;

  constructor(
    private readonly pool: Pool,
    private readonly schema: MessagingSchema,
  ) {}

  notify(): void {
    if (this.resting) this.again = true;
    else void this.sendNotification();
  }

  private async sendNotification(): Promise<void> {
    this.resting = true;
    await this.pool.query(NOTIFY, [channelOf(this.schema)]).catch(() => undefined);
    setTimeout(() => {
      this.resting = false;
      if (!this.again) return;
      this.again = false;
      this.notify();
    }, REST_MS).unref();
  }
}

/**
 * The outbox of one service on Postgres. Writers of a key hold its row lock, so for each key ids grow in commit order.
 * One relay at a time owns a slice of the keys, so that order is kept in the log.
 */
export class PostgresOutbox implements OutboxReader {
  constructor(
    private readonly dataSource: DataSource,
    private readonly url: string,
    private readonly schema: MessagingSchema,
    /** Name of a relay's session in `pg_stat_activity`. */
    private readonly sessionName: () => string = () => `tessera-${schema}-relay`,
  ) {}

  join(onWritten: () => void): Promise<OutboxShare> {
    return PostgresOutboxShare.join(this.url, this.schema, onWritten, this.sessionName());
  }

  /** Stays SQL: all figures in one read, by the clock of the database. */
  async lag(): Promise<OutboxLag> {
    const table = tableOf(OUTBOXES[this.schema]);
    const [found]: { rows: string; oldest: string | null; parked: string }[] = await this.dataSource.query(
      `select count(*) as rows, extract(epoch from clock_timestamp() - min(created_at)) * 1000 as oldest,
         (select count(*) from ${table} where parked_at is not null) as parked
       from ${table} where published_at is null and parked_at is null`,
    );
    return {
      rows: Number(found?.rows ?? 0),
      oldestMs: Math.round(Number(found?.oldest ?? 0)),
      parked: Number(found?.parked ?? 0),
    };
  }

  async parked(): Promise<readonly ParkedRow[]> {
    const rows = await this.dataSource.getRepository(OUTBOXES[this.schema]).find({
      select: { id: true, topic: true, key: true, headers: true, parkedReason: true },
      where: { parkedAt: Not(IsNull()) },
      order: { parkedAt: 'DESC' },
      take: PARKED_AT_ONCE,
    });
    return rows.map(({ id, topic, key, headers, parkedReason }) => ({
      row: { id, topic, key, headers },
      reason: parkedReason ?? '',
    }));
  }
}
