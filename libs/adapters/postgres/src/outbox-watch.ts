import type { DataSource } from 'typeorm';
import type { OutboxLag } from '@tessera/application-messaging';
import type { MonotonicClock } from '@tessera/kernel';
import { AtScrape, Counter, Gauge, type Registry } from '@tessera/platform-telemetry';
import type { MessagingSchema } from './entities/messaging';
import { tableOf } from './entities/statements';
import { channelOf, OUTBOXES } from './outbox-share';

/** How long the oldest waiting row may stay the same, ms: more than a take-over of slices and a broker's restart. */
const STUCK_MS = 60_000;
const REAL: MonotonicClock = { elapsedMs: () => performance.now() };

/** The holders of slices, as `name (pid)`. Names of sessions of other users are not visible to us. */
const HOLDERS = `select distinct coalesce(nullif(application_name, ''), 'unnamed') || ' (pid ' || pid || ')' as holder
  from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and granted and mode = 'ExclusiveLock' and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())
    and classid::bigint = hashtext($1)::bigint & 4294967295 order by holder`;

/**
 * Detects an outbox whose rows are not published, whichever process should relay it: the oldest waiting row stays the
 * same. A backlog that shrinks does not count.
 */
export class OutboxWatch {
  private oldest: { readonly id: string; readonly since: number } | undefined;

  constructor(
    private readonly dataSource: Pick<DataSource, 'query'>,
    private readonly schema: MessagingSchema,
    private readonly clock: MonotonicClock = REAL,
  ) {}

  /**
   * Readiness check: since when no row was published, and which sessions hold the slices; undefined while rows are
   * published.
   */
  async stuck(): Promise<string | undefined> {
    const [found]: { id: string | null; rows: string }[] = await this.dataSource.query(
      `select min(id) as id, count(*) as rows from ${tableOf(OUTBOXES[this.schema])}
       where published_at is null and parked_at is null`,
    );
    const now = this.clock.elapsedMs();
    const id = found?.id ?? undefined;
    if (id === undefined) this.oldest = undefined;
    else if (this.oldest?.id !== id) this.oldest = { id, since: now };
    if (this.oldest === undefined || now - this.oldest.since < STUCK_MS) return undefined;
    const seconds = Math.round((now - this.oldest.since) / 1000);
    return `row ${this.oldest.id}, the oldest of ${found?.rows}, has not been published for ${seconds} s; ${await this.holders()}`;
  }

  private async holders(): Promise<string> {
    const rows: { holder: string }[] = await this.dataSource.query(HOLDERS, [channelOf(this.schema)]);
    return rows.length === 0
      ? 'no relay holds its slice'
      : `slices are held by ${rows.map(({ holder }) => holder).join(', ')}`;
  }
}

/**
 * Metrics of a service's outbox; `lag` is called at each scrape. Without an answer there are no series: 0 would mean that
 * nothing waits.
 */
export function outboxMetrics(registry: Registry, lag: () => Promise<OutboxLag>) {
  const registers = [registry];
  const atScrape = new AtScrape(lag);
  const gauge = (name: string, help: string, valueOf: (now: OutboxLag) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const now = await atScrape.answer();
        if (now === undefined) this.remove();
        else this.set(valueOf(now));
      },
    });
  };
  gauge('tessera_outbox_rows', 'Outbox rows that are not published yet.', ({ rows }) => rows);
  gauge(
    'tessera_outbox_oldest_seconds',
    'Age of the oldest outbox row that is not published yet.',
    ({ oldestMs }) => oldestMs / 1000,
  );
  gauge(
    'tessera_outbox_parked',
    'Parked outbox rows: too large for the topic. An operator must release them; they block nothing.',
    ({ parked }) => parked,
  );
  return {
    published: new Counter({
      name: 'tessera_outbox_published_total',
      help: 'Outbox rows published.',
      registers,
    }),
  };
}

/** Counts records that a consumer moved to a dead-letter topic. */
export const deadLetterMetrics = (registry: Registry) =>
  new Counter({
    name: 'tessera_dead_letters_total',
    help: 'Records moved to a dead-letter topic, by the topic that they came from and the type of error.',
    labelNames: ['topic', 'error'],
    registers: [registry],
  });

/** Counts rows removed by retention. */
export const retentionMetrics = (registry: Registry) =>
  new Counter({
    name: 'tessera_retention_removed_total',
    help: 'Rows removed by retention, by kind.',
    labelNames: ['what'],
    registers: [registry],
  });
