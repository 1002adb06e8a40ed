import type { DataSource } from 'typeorm';
import { migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import { databaseUnavailable, openDatabase } from './data-source';
import { migrate } from './migrate';
import { appendOutbox, PostgresOutbox } from './outbox';
import { OutboxWatch } from './outbox-watch';

const ALL = { rows: 500, bytes: 10_000_000 };

describe('the readiness of a database', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  const open = () => openDatabase({ url: database.url, pool: 2, applicationName: 'readiness' });
  beforeAll(async () => {
    database = await migratedDatabase(migrate);
    dataSource = await open();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('reports a database that takes no writes', async () => {
    expect(await databaseUnavailable(dataSource)).toBeUndefined();
    const name = new URL(database.url).pathname.slice(1);
    await dataSource.query(`alter database "${name}" set default_transaction_read_only = on`);
    const later = await open();
    expect(await databaseUnavailable(later)).toBe(
      'the database takes no writes: default_transaction_read_only is on',
    );
    await later.destroy();
    await dataSource.query(`alter database "${name}" reset default_transaction_read_only`);
  });

  it('reports an outbox that nothing leaves and who holds its slices, not a backlog that shrinks', async () => {
    let now = 0;
    const watch = new OutboxWatch(dataSource, 'api', { elapsedMs: () => now });
    const looks = (ms: number) => {
      now += ms;
      return watch.stuck();
    };
    const rows = ['a', 'b'].map((key) => ({ topic: 't', key, headers: {}, value: 'x' }));
    expect(await looks(0)).toBeUndefined();
    await dataSource.transaction((tx) => appendOutbox(tx, 'api', rows));
    expect(await looks(0)).toBeUndefined();
    expect(await looks(59_999)).toBeUndefined();
    expect(await looks(1)).toMatch(
      /^row \d+, the oldest of 2, has not been published for 60 s; no relay holds its slice$/,
    );
    const share = await new PostgresOutbox(dataSource, database.url, 'api').join(() => undefined);
    await share.drain({ ...ALL, rows: 1 }, async () => undefined);
    await expect(share.drain(ALL, () => Promise.reject(new Error('the log is away')))).rejects.toThrow(
      'away',
    );
    expect(await looks(1_000)).toBeUndefined();
    expect(await looks(61_000)).toMatch(
      /^row \d+, the oldest of 1, has not been published for 61 s; slices are held by tessera-api-relay \(pid \d+\)$/,
    );
    await share.drain(ALL, async () => undefined);
    await share.leave();
    expect(await looks(1_000)).toBeUndefined();
  });
});
