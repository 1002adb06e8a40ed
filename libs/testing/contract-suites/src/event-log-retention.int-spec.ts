import { clean } from '@tessera/adapter-event-log';
import { migrate } from '@tessera/adapter-postgres';
import { eventually, migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import { Pool } from 'pg';

describe('the retention of the event log on Postgres', () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await migratedDatabase(migrate);
    pool = new Pool({ connectionString: database.url, max: 3 });
    await pool.query(`insert into event_log.topics (name, partitions, cleanup, retention_ms)
      values ('events', 1, 'delete', 3600000), ('kept', 1, 'delete', -1), ('states', 1, 'compact', -1)`);
    await pool.query(`insert into event_log.partitions (topic, partition, next_offset)
      values ('events', 0, 100), ('kept', 0, 100), ('states', 0, 100)`);
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  afterEach(() => pool.query('truncate event_log.records, event_log.members'));

  const add = (topic: string, offset: number, minutesAgo: number, key = 'a', value: string | null = 'v') =>
    pool.query(
      `insert into event_log.records (topic, partition, "offset", key, headers, value, at)
       values ($1, 0, $2, $3, '{}', $4, now() - $5 * interval '1 minute')`,
      [topic, offset, key, value, minutesAgo],
    );
  const offsetsOf = async (topic: string): Promise<readonly number[]> => {
    const { rows } = await pool.query<{ offset: string }>(
      'select "offset" from event_log.records where topic = $1 order by 1',
      [topic],
    );
    return rows.map(({ offset }) => Number(offset));
  };

  it('removes records past the retention of their topic, in bounded statements until none is left', async () => {
    for (let offset = 0; offset < 25; offset += 1) await add('events', offset, 61);
    await add('events', 25, 59);
    await add('kept', 0, 10_000_000);
    const sizes: (number | null)[] = [];
    await clean(
      {
        query: async (...args: readonly [string, number[]?]) => {
          const result = await pool.query(args[0], args[1]);
          sizes.push(result.rowCount);
          return result;
        },
      } as Pool,
      10,
    );
    expect(sizes).toEqual([10, 10, 5, 0, 0]);
    expect(await offsetsOf('events')).toEqual([25]);
    expect(await offsetsOf('kept')).toEqual([0]);
  });

  it('keeps the newest record of each key of a compacted topic, and the end of a key for a day', async () => {
    await add('states', 0, 5);
    await add('states', 1, 4, 'b');
    await add('states', 2, 3);
    await add('states', 3, 0);
    await add('states', 4, 25 * 60, 'ended', 'v');
    await add('states', 5, 25 * 60, 'ended', null);
    await add('states', 6, 23 * 60, 'ended lately', 'v');
    await add('states', 7, 23 * 60, 'ended lately', null);
    await clean(pool);
    expect(await offsetsOf('states')).toEqual([1, 3, 7]);
  });

  it('leaves the work to another process that is at it', async () => {
    await add('events', 0, 61);
    const other = await pool.connect();
    try {
      await other.query(`select pg_advisory_lock(hashtextextended('event log retention', 30))`);
      await clean(pool);
      expect(await offsetsOf('events')).toEqual([0]);
    } finally {
      other.release(true);
    }
    await eventually(async () => {
      await clean(pool);
      expect(await offsetsOf('events')).toEqual([]);
    });
  });

  it('forgets members that ended without leaving', async () => {
    await pool.query(`insert into event_log.members values ('g', gen_random_uuid(), now() - interval '2 days'),
      ('g', gen_random_uuid(), now())`);
    await clean(pool);
    expect((await pool.query('select 1 from event_log.members')).rows).toHaveLength(1);
  });
});
