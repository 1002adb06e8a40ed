import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import type { IncomingRecord, SubscribeOptions, Troubles } from '@tessera/application-messaging';
import { prepareSession, sessionSettings } from '@tessera/platform-config';
import { backoffMs, pause } from '@tessera/platform-lifecycle';
import type { Logger } from '@tessera/platform-logging';
import { CHANNEL, MEMBER_LIMITS } from './channel';

/** Maximum records of one batch. */
const BATCH = 500;
/** Poll interval without a notification, ms. */
const POLL_MS = 500;
/** Interval at which the other members of the group are read, ms. */
const SHARE_EVERY_MS = 1_000;
/** A member without a heartbeat for this long no longer counts, ms. */
const MEMBER_TTL_MS = 5_000;
const BACKOFF = { firstMs: 100, maxMs: 5_000 };

interface Partition {
  readonly topic: string;
  readonly partition: number;
}

export interface MemberOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly logger: Logger;
  /** Failures of the subscription, by group, and of its partitions. */
  readonly troubles: Troubles;
}

/**
 * One subscription. It has its own session, whose advisory locks are its partitions: at most its fair share. Each
 * partition is handled in order, batch by batch, independently of the others; the group's offset moves after the
 * handler.
 */
export class GroupMember {
  private readonly id = randomUUID();
  private readonly stopping = new AbortController();
  private wakeUp = new AbortController();
  private readonly held = new Map<string, Partition>();
  /** Partitions with a batch in flight, or with handled records whose offset is not stored yet. */
  private readonly busy = new Map<string, Promise<void>>();
  /** Last records of the batches handled since the last poll. */
  private handled: IncomingRecord[] = [];
  /** Partitions whose batch failed: consecutive failures, and the end of the backoff. */
  private readonly paused = new Map<string, { readonly failures: number; readonly until: number }>();
  private sharedAt = -Infinity;
  private running: Promise<void> | undefined;

  constructor(
    private readonly on: MemberOptions,
    private readonly options: SubscribeOptions,
  ) {}

  /** Rejects if the log cannot be reached at first; later connection losses are retried. */
  async start(): Promise<void> {
    const client = await this.connect();
    this.running = this.run(client);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeUp.abort();
    await this.running;
  }

  private async run(first: Client): Promise<void> {
    let client: Client | undefined = first;
    for (let failures = 0; !this.stopping.signal.aborted;) {
      try {
        client ??= await this.connect();
        await this.round(client);
        failures = 0;
        this.on.troubles.ended(this.options.group);
        await this.sleep();
      } catch (error) {
        failures += 1;
        this.on.troubles.failed(this.options.group, error);
        this.on.logger.warn(
          { err: error, group: this.options.group, failures },
          'subscription failed, will retry',
        );
        await client?.end().catch(() => undefined);
        client = undefined;
        this.held.clear();
        this.endTroubles();
        this.forget(this.handled.splice(0));
        this.sharedAt = -Infinity;
        await pause(backoffMs(failures, BACKOFF, Math.random()), this.stopping.signal);
      }
    }
    await Promise.all(this.busy.values());
    this.on.troubles.ended(this.options.group);
    this.endTroubles();
    if (client === undefined) return;
    await this.moveOffsets(client).catch(() => undefined);
    await client
      .query('delete from event_log.members where member_id = $1', [this.id])
      .catch(() => undefined);
    await client.end().catch(() => undefined);
  }

  private async connect(): Promise<Client> {
    const client = new Client({
      ...sessionSettings(MEMBER_LIMITS),
      connectionString: this.on.url,
      application_name: this.on.applicationName,
    });
    client.on('error', () => undefined);
    client.on('notification', ({ payload }) => {
      if (this.options.topics.includes(payload ?? '')) this.wake();
    });
    await client.connect();
    await prepareSession(client, MEMBER_LIMITS);
    await client.query(`listen ${CHANNEL}`);
    return client;
  }

  private wake(): void {
    // Called for every record; an abort without a reason would create an error with a stack each time.
    if (!this.wakeUp.signal.aborted) this.wakeUp.abort('woken');
  }

  private async sleep(): Promise<void> {
    await pause(POLL_MS, AbortSignal.any([this.wakeUp.signal, this.stopping.signal]));
  }

  /** Polls all partitions held and starts their handlers. Each handler that ends triggers the next poll. */
  private async round(client: Client): Promise<void> {
    this.wakeUp = new AbortController();
    await this.moveOffsets(client);
    if (performance.now() - this.sharedAt > SHARE_EVERY_MS) await this.share(client);
    const now = performance.now();
    const free = [...this.held].filter(
      ([name]) => !this.busy.has(name) && (this.paused.get(name)?.until ?? 0) <= now,
    );
    if (free.length === 0) return;
    for (const [name, records] of await this.due(
      client,
      free.map(([, partition]) => partition),
    )) {
      if (this.stopping.signal.aborted) return;
      const last = records.at(-1);
      const handled = this.handle(name, records).then((content) => {
        if (content && last !== undefined) this.handled.push(last);
        else this.busy.delete(name);
        this.wake();
      });
      this.busy.set(name, handled);
    }
  }

  /**
   * Moves the offsets behind the handled records; if that fails, the records are redelivered. Never moves back: a batch
   * may end after the session was lost and another member took over.
   */
  private async moveOffsets(client: Client): Promise<void> {
    const handled = this.handled.splice(0);
    if (handled.length === 0) return;
    try {
      await client.query({
        name: 'move offsets',
        text: `insert into event_log.group_offsets (group_id, topic, partition, next_offset)
         select $1, topic, partition, "offset" + 1
         from unnest($2::text[], $3::integer[], $4::bigint[]) as handled (topic, partition, "offset")
         on conflict (group_id, topic, partition)
         do update set next_offset = greatest(group_offsets.next_offset, excluded.next_offset)`,
        values: [
          this.options.group,
          handled.map(({ topic }) => topic),
          handled.map(({ partition }) => partition),
          handled.map(({ offset }) => offset),
        ],
      });
    } finally {
      this.forget(handled);
    }
  }

  private forget(handled: readonly Partition[]): void {
    for (const partition of handled) this.busy.delete(nameOf(partition));
  }

  /** Writes the heartbeat, then takes free partitions up to the fair share, or releases those beyond it. */
  private async share(client: Client): Promise<void> {
    const { group, topics } = this.options;
    await client.query(
      `insert into event_log.members (group_id, member_id, seen_at) values ($1, $2, now())
       on conflict (group_id, member_id) do update set seen_at = now()`,
      [group, this.id],
    );
    const { rows: members } = await client.query<{ count: string }>(
      `select count(*) from event_log.members
       where group_id = $1 and seen_at > now() - $2 * interval '1 millisecond'`,
      [group, MEMBER_TTL_MS],
    );
    const { rows: all } = await client.query<Partition>(
      'select topic, partition from event_log.partitions where topic = any($1) order by partition, topic',
      [topics],
    );
    const fair = Math.ceil(all.length / Math.max(1, Number(members[0]?.count)));
    for (const [name, partition] of this.held) {
      if (this.held.size <= fair) break;
      if (this.busy.has(name)) continue;
      await client.query('select pg_advisory_unlock(hashtextextended($1, 2))', [this.lockOf(partition)]);
      this.held.delete(name);
      this.on.troubles.ended(this.troubleOf(name));
    }
    for (const partition of all) {
      if (this.held.size >= fair) break;
      if (this.held.has(nameOf(partition))) continue;
      const { rows } = await client.query<{ taken: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 2)) as taken',
        [this.lockOf(partition)],
      );
      if (rows[0]?.taken === true) this.held.set(nameOf(partition), partition);
    }
    this.sharedAt = performance.now();
  }

  /** Drops the failures of partitions that other members hold now. */
  private endTroubles(): void {
    this.on.troubles.endAll((name) => name.startsWith(this.troubleOf('')));
  }

  private troubleOf(partition: string): string {
    return `${this.options.group} ${partition}`;
  }

  private lockOf(partition: Partition): string {
    return `event-log/${this.options.group}/${nameOf(partition)}`;
  }

  /** The next records of these partitions, by partition. */
  private async due(
    client: Client,
    partitions: readonly Partition[],
  ): Promise<ReadonlyMap<string, readonly IncomingRecord[]>> {
    const { rows } = await client.query<Row>({
      name: 'due records',
      text: `select topic, partition, records."offset", key, headers, value, at
       from unnest($2::text[], $3::integer[]) as held (topic, partition)
       cross join lateral (
         select "offset", key, headers, value, at from event_log.records
         where records.topic = held.topic and records.partition = held.partition
           and "offset" >= coalesce((select next_offset from event_log.group_offsets
             where group_id = $1 and group_offsets.topic = held.topic and group_offsets.partition = held.partition), 0)
         order by "offset" limit $4
       ) records order by topic, partition, records."offset"`,
      values: [
        this.options.group,
        partitions.map(({ topic }) => topic),
        partitions.map(({ partition }) => partition),
        BATCH,
      ],
    });
    const due = new Map<string, IncomingRecord[]>();
    for (const { at, ...row } of rows) {
      const name = nameOf(row);
      const records = due.get(name) ?? [];
      records.push({ ...row, timestamp: at.getTime() });
      due.set(name, records);
    }
    return due;
  }

  /** True if the handler succeeded; else the partition backs off, and the records are redelivered. */
  private async handle(partition: string, records: readonly IncomingRecord[]): Promise<boolean> {
    const { signal } = this.stopping;
    try {
      await this.options.handle(records, { signal });
      this.paused.delete(partition);
      this.on.troubles.ended(this.troubleOf(partition));
      return true;
    } catch (error) {
      if (signal.aborted) return false;
      const failures = (this.paused.get(partition)?.failures ?? 0) + 1;
      const until = performance.now() + backoffMs(failures, BACKOFF, Math.random());
      this.paused.set(partition, { failures, until });
      this.on.troubles.failed(this.troubleOf(partition), error);
      this.on.logger.warn({ err: error, partition, failures }, 'handler failed, will retry the batch');
      return false;
    }
  }
}

interface Row extends Partition {
  readonly offset: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly value: string | null;
  readonly at: Date;
}

const nameOf = ({ topic, partition }: Partition): string => `${topic}/${partition}`;
