import { testDatabase, type TestDatabase } from '@tessera/testing-parts';
import type { DataSource } from 'typeorm';
import { openDatabase } from './data-source';
import { migrate } from './migrate';
import { appendOutbox, PostgresOutbox } from './outbox';

const KEYS = Array.from({ length: 64 }, (_unused, index) => `key-${index}`);

describe('relays of one outbox', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let outbox: PostgresOutbox;
  beforeEach(async () => {
    database = await testDatabase();
    await migrate(database.url);
    dataSource = await openDatabase({ url: database.url, pool: 4, applicationName: 'test' });
    outbox = new PostgresOutbox(dataSource, database.url, 'api');
  });
  afterEach(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const write = (keys: readonly string[], value: string): Promise<void> =>
    dataSource.transaction((tx) =>
      appendOutbox(
        tx,
        'api',
        keys.map((key) => ({ topic: 't', key, headers: {}, value })),
      ),
    );
  const join = () => outbox.join(() => undefined);

  it('share the keys between them, each key with one of them', async () => {
    const shares = [await join(), await join()];
    await write(KEYS, 'x');
    const taken = await Promise.all(
      shares.map(async (share) => {
        const keys: string[] = [];
        await share.drain(500, async (rows) => void keys.push(...rows.map(({ key }) => key)));
        return keys;
      }),
    );
    expect(taken.every((keys) => keys.length > 0)).toBe(true);
    expect(taken.flat().sort()).toEqual([...KEYS].sort());
    await Promise.all(shares.map((share) => share.leave()));
    expect(await outbox.lag()).toEqual({ rows: 0, oldestMs: 0 });
  });

  it('take over what another one leaves behind', async () => {
    const leaving = await join();
    await write(KEYS, 'x');
    const failed = leaving.drain(500, async () => {
      throw new Error('the log is away');
    });
    await expect(failed).rejects.toThrow('the log is away');
    await leaving.leave();
    const next = await join();
    expect(await next.drain(500, async () => undefined)).toBe(KEYS.length);
    await next.leave();
  });

  it('give the rows of a key in the order in which they were written, and each once', async () => {
    const share = await join();
    for (const value of ['1', '2', '3']) await write(['one'], value);
    const values: (string | null)[] = [];
    const publish = async (rows: readonly { readonly value: string | null }[]): Promise<void> =>
      void values.push(...rows.map(({ value }) => value));
    await share.drain(2, publish);
    await share.drain(2, publish);
    expect(await share.drain(2, publish)).toBe(0);
    expect(values).toEqual(['1', '2', '3']);
    await share.leave();
  });

  it('are told when rows are written', async () => {
    let told: () => void = () => undefined;
    const hint = new Promise<void>((resolve) => (told = resolve));
    const share = await outbox.join(told);
    await write(['one'], 'x');
    await expect(hint).resolves.toBeUndefined();
    await share.leave();
  });

  it('remove rows only after they were published', async () => {
    await write(KEYS, 'x');
    expect(await outbox.prune(0)).toBe(0);
    const share = await join();
    await share.drain(500, async () => undefined);
    await share.leave();
    expect(await outbox.prune(0)).toBe(KEYS.length);
  });
});
