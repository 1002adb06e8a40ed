import { createHash } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';
import {
  DEFAULT_RECORD_LIMIT,
  PublishError,
  recordSize,
  Troubles,
  type EventLog,
  type GroupPosition,
  type IncomingRecord,
  type OutgoingRecord,
  type SubscribeOptions,
  type Subscription,
  type TopicState,
} from '@tessera/application-messaging';
import type { EventRecord, Topic } from '@tessera/contracts-events';
import { poolSettings } from '@tessera/platform-config';
import type { Logger } from '@tessera/platform-logging';
import { CHANNEL, LIMITS } from './channel';
import { positionsOf } from './positions';
import { clean } from './retention';
import { GroupMember } from './group-member';

export interface PostgresLogOptions {
  readonly url: string;
  readonly applicationName: string;
  /** Partitions of new topics. */
  readonly partitions: number;
  /** Maximum record size, bytes, counted as Kafka does; default as in Kafka. */
  readonly recordLimit?: number;
  readonly logger: Logger;
  /** A monotonic clock in ms; default that of the process. */
  readonly now?: () => number;
}

/** Records read by one query of a topic. */
const READ_AT_ONCE = 1_000;
const CLEAN_EVERY_MS = 10 * 60_000;

/**
 * The event log on Postgres, a local replacement for Kafka. A publish takes the next offsets of its partitions under
 * their row locks, so records become visible in the order of their offsets; a group shares partitions by session locks,
 * which a crash releases at once. The schema comes with the platform's migrations, and a test compares it with the
 * entities of the Postgres adapter. Statements stay SQL here: an adapter does not import another, and most of them need
 * locks, `listen` or the order of a JSON array.
 */
export const createPostgresLog = (options: PostgresLogOptions): EventLog => new PostgresLog(options);

class PostgresLog implements EventLog {
  private readonly pool: Pool;
  private readonly members = new Map<GroupMember, SubscribeOptions>();
  private readonly troubles: Troubles;
  private readonly partitions = new Map<string, number>();
  private readonly cleaning: NodeJS.Timeout;

  constructor(private readonly options: PostgresLogOptions) {
    const { url, applicationName, now = () => performance.now() } = options;
    this.troubles = new Troubles(now);
    this.pool = new Pool({
      ...poolSettings(LIMITS),
      connectionString: url,
      application_name: applicationName,
      max: 5,
    });
    this.pool.on('error', () => undefined);
    this.cleaning = setInterval(() => this.clean(), CLEAN_EVERY_MS).unref();
  }

  async ensureTopics(topics: readonly Topic[]): Promise<void> {
    for (const { name, cleanup, retentionMs } of topics)
      await this.transaction(async (tx) => {
        await tx.query(
          `insert into event_log.topics (name, partitions, cleanup, retention_ms) values ($1, $2, $3, $4)
           on conflict do nothing`,
          [name, this.options.partitions, cleanup, retentionMs],
        );
        await tx.query(
          `insert into event_log.partitions (topic, partition)
           select name, generate_series(0, partitions - 1) from event_log.topics where name = $1
           on conflict do nothing`,
          [name],
        );
      });
  }

  async describeTopics(names: readonly string[]): Promise<readonly TopicState[]> {
    const { rows } = await this.pool.query<TopicRow>(
      'select name, partitions, cleanup, retention_ms from event_log.topics where name = any($1)',
      [names],
    );
    return rows.map(({ name, partitions, cleanup, retention_ms }) => ({
      name,
      partitions,
      cleanup,
      retentionMs: Number(retention_ms),
      replication: undefined,
    }));
  }

  /** Rejects what Kafka would reject, so that code that works here also works with Kafka. */
  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    const limit = this.options.recordLimit ?? DEFAULT_RECORD_LIMIT;
    const fits = records.map((record) => recordSize(record) <= limit);
    await this.append(records.filter((_record, at) => fits[at]));
    if (fits.includes(false))
      throw PublishError.tooLarge(
        fits.map((fit) => (fit ? 'stored' : 'too-large')),
        limit,
      );
  }

  async subscribe(options: SubscribeOptions): Promise<Subscription> {
    const { url, applicationName, logger } = this.options;
    const member = new GroupMember({ url, applicationName, logger, troubles: this.troubles }, options);
    this.members.set(member, options);
    await member.start();
    return {
      stop: async () => {
        this.members.delete(member);
        await member.stop();
      },
    };
  }

  async positions(): Promise<readonly GroupPosition[]> {
    const positions = [];
    for (const options of this.members.values()) positions.push(...(await positionsOf(this.pool, options)));
    return positions;
  }

  async topicNames(): Promise<readonly string[]> {
    const { rows } = await this.pool.query<{ name: string }>('select name from event_log.topics');
    return rows.map(({ name }) => name);
  }

  async read(topics: readonly string[], each: (record: IncomingRecord) => void): Promise<void> {
    const { rows: partitions } = await this.pool.query<{ topic: string; partition: number; end: string }>(
      `select topic, partition, next_offset as end from event_log.partitions
       where topic = any($1) order by topic, partition`,
      [topics],
    );
    for (const { topic, partition, end } of partitions)
      for (let next: string | undefined = '0'; next !== undefined;) {
        const rows: RecordRow[] = await this.page(topic, partition, next, end);
        for (const { at, ...record } of rows) each({ ...record, topic, partition, timestamp: at.getTime() });
        const last = rows.at(-1);
        next = last === undefined ? undefined : String(BigInt(last.offset) + 1n);
      }
  }

  stuck(): string | undefined {
    return this.troubles.stuck();
  }

  async unavailable(): Promise<string | undefined> {
    try {
      await this.pool.query('select 1 from event_log.topics limit 1');
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  async close(): Promise<void> {
    clearInterval(this.cleaning);
    await Promise.all([...this.members.keys()].map((member) => member.stop()));
    await this.pool.end();
  }

  private async append(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return;
    const placed = [];
    for (const record of records) {
      const partition = partitionOf(record.key, await this.partitionsOf(record.topic));
      placed.push({ ...record, partition });
    }
    await this.pool.query({ ...APPEND, values: [JSON.stringify(placed), CHANNEL] });
  }

  private async page(topic: string, partition: number, from: string, to: string): Promise<RecordRow[]> {
    const { rows } = await this.pool.query<RecordRow>(
      `select "offset", key, headers, value, at from event_log.records
       where topic = $1 and partition = $2 and "offset" >= $3 and "offset" < $4 order by "offset" limit ${READ_AT_ONCE}`,
      [topic, partition, from, to],
    );
    return rows;
  }

  private async partitionsOf(topic: string): Promise<number> {
    const known = this.partitions.get(topic);
    if (known !== undefined) return known;
    const { rows } = await this.pool.query<{ partitions: number }>(
      'select partitions from event_log.topics where name = $1',
      [topic],
    );
    if (rows[0] === undefined)
      throw new Error(`Topic ${topic} does not exist; create it with ensureTopics first`);
    this.partitions.set(topic, rows[0].partitions);
    return rows[0].partitions;
  }

  private clean(): void {
    clean(this.pool).catch((error: unknown) =>
      this.options.logger.warn({ err: error }, 'could not remove old records, will retry'),
    );
  }

  private async transaction(work: (tx: PoolClient) => Promise<void>): Promise<void> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      await work(client);
      await client.query('commit');
      client.release();
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      client.release(true);
      throw error;
    }
  }
}

interface TopicRow {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: Topic['cleanup'];
  readonly retention_ms: string;
}

interface RecordRow extends EventRecord {
  readonly offset: string;
  readonly at: Date;
}

/**
 * One statement, one round trip. Every publisher locks partitions in the same order, so that no deadlock occurs; an
 * update that waited continues from the current offset. Records of a deleted partition have no offset, which fails the
 * whole statement.
 */
const APPEND = {
  name: 'append records',
  text: `with given as materialized (
      select * from rows from (json_to_recordset($1::json)
          as (topic text, partition integer, key text, headers json, value text))
        with ordinality as record (topic, partition, key, headers, value, place)
    ),
    counted as materialized (select topic, partition, count(*) as more from given group by topic, partition),
    locked as materialized (
      select topic, partition from event_log.partitions join counted using (topic, partition)
      order by topic, partition for update of partitions
    ),
    moved as (
      update event_log.partitions set next_offset = next_offset + more
      from counted cross join (select count(*) from locked) as all_of_them
      where partitions.topic = counted.topic and partitions.partition = counted.partition
      returning partitions.topic, partitions.partition, next_offset - more as first
    ),
    appended as (
      insert into event_log.records (topic, partition, "offset", key, headers, value)
      select topic, partition, first + row_number() over (partition by topic, partition order by place) - 1,
        key, headers, value
      from given left join moved using (topic, partition)
    )
    select pg_notify($2, topic) from (select distinct topic from counted) as topics`,
};

/** The partition of a key; keys are spread evenly. */
const partitionOf = (key: string, partitions: number): number =>
  createHash('md5').update(key).digest().readUInt32BE(0) % partitions;
