import { PublishError, type PublishOutcome } from '@tessera/application-messaging';
import { migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import type { DataSource } from 'typeorm';
import { openDatabase } from './data-source';
import { migrate } from './migrate';
import { appendOutbox, PostgresOutbox } from './outbox';

/** More than any of these tests writes. */
const ALL = { rows: 500, bytes: 10_000_000 };
const KEYS = Array.from({ length: 64 }, (_unused, index) => `key-${index}`);

describe('relays of one outbox', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let outbox: PostgresOutbox;
  beforeEach(async () => {
    database = await migratedDatabase(migrate);
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

  it('distribute the keys, each key to one relay', async () => {
    const shares = [await join(), await join()];
    await write(KEYS, 'x');
    const taken = await Promise.all(
      shares.map(async (share) => {
        const keys: string[] = [];
        await share.drain(ALL, async (rows) => void keys.push(...rows.map(({ key }) => key)));
        return keys;
      }),
    );
    expect(taken.every((keys) => keys.length > 0)).toBe(true);
    expect(taken.flat().sort()).toEqual([...KEYS].sort());
    await Promise.all(shares.map((share) => share.leave()));
    expect(await outbox.lag()).toEqual({ rows: 0, oldestMs: 0, parked: 0 });
  });

  it('take over the slices of a stopped relay', async () => {
    const leaving = await join();
    await write(KEYS, 'x');
    const failed = leaving.drain(ALL, async () => {
      throw new Error('the log is away');
    });
    await expect(failed).rejects.toThrow('the log is away');
    await leaving.leave();
    const next = await join();
    expect(await next.drain(ALL, async () => undefined)).toMatchObject({ published: KEYS.length });
    await next.leave();
  });

  it('send the rows of a key in write order, each once', async () => {
    const share = await join();
    for (const value of ['1', '2', '3']) await write(['one'], value);
    const values: (string | null)[] = [];
    const publish = async (rows: readonly { readonly value: string | null }[]): Promise<void> =>
      void values.push(...rows.map(({ value }) => value));
    await share.drain({ ...ALL, rows: 2 }, publish);
    await share.drain({ ...ALL, rows: 2 }, publish);
    expect(await share.drain({ ...ALL, rows: 2 }, publish)).toEqual({
      published: 0,
      parked: [],
      more: false,
    });
    expect(values).toEqual(['1', '2', '3']);
    await share.leave();
  });

  it('are notified when rows are written', async () => {
    let notified: () => void = () => undefined;
    const hint = new Promise<void>((resolve) => (notified = resolve));
    const share = await outbox.join(notified);
    await write(['one'], 'x');
    await expect(hint).resolves.toBeUndefined();
    await share.leave();
  });

  it('take rows up to the byte limit, but always at least one', async () => {
    const share = await join();
    const values = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(1_000));
    for (const value of values) await write(['one'], value);
    const lots: string[] = [];
    const publish = async (rows: readonly { readonly value: string | null }[]): Promise<void> =>
      void lots.push(rows.map(({ value }) => value?.[0]).join(''));
    const drain = (bytes: number) => share.drain({ rows: 500, bytes }, publish);
    expect(await drain(1_500)).toMatchObject({ published: 2, more: true });
    expect(await drain(1)).toMatchObject({ published: 1, more: true });
    expect(await drain(1_500)).toMatchObject({ published: 1, more: false });
    expect(lots).toEqual(['ab', 'c', 'd']);
    await share.leave();
  });

  it('park a row that no topic accepts, and continue behind it', async () => {
    const share = await join();
    for (const value of ['1', 'large', '3']) await write(['one'], value);
    const sent: (string | null)[] = [];
    const publish = async (rows: readonly { readonly value: string | null }[]): Promise<void> => {
      sent.push(...rows.map(({ value }) => value));
      const outcomes = rows.map(({ value }): PublishOutcome => (value === 'large' ? 'too-large' : 'stored'));
      if (outcomes.includes('too-large')) throw PublishError.tooLarge(outcomes);
    };
    const drained = await share.drain(ALL, publish);
    expect(drained).toMatchObject({ published: 2, parked: [{ row: { key: 'one', value: 'large' } }] });
    expect(await outbox.parked()).toEqual(
      drained.parked.map(({ row: { id, topic, key, headers }, reason }) => ({
        row: { id, topic, key, headers },
        reason,
      })),
    );
    expect(drained.parked[0]?.reason).toMatch(/^\d+ bytes exceed the limit of the topic t/);
    expect(await share.drain(ALL, publish)).toMatchObject({ published: 0 });
    expect(sent).toEqual(['1', 'large', '3']);
    expect(await outbox.lag()).toEqual({ rows: 0, oldestMs: 0, parked: 1 });
    await dataSource.query('update api.outbox set parked_at = null where parked_at is not null');
    expect(await share.drain(ALL, async () => undefined)).toMatchObject({ published: 1 });
    await share.leave();
  });

  it('send a stored row once although others of its batch failed', async () => {
    const share = await join();
    for (const value of ['1', '2', '3']) await write(['one'], value);
    const failing = share.drain(ALL, async () => {
      throw new PublishError('half of it', ['stored', 'failed', 'failed']);
    });
    await expect(failing).rejects.toThrow('half of it');
    await share.leave();
    const next = await join();
    const values: (string | null)[] = [];
    await next.drain(ALL, async (rows) => void values.push(...rows.map(({ value }) => value)));
    expect(values).toEqual(['2', '3']);
    await next.leave();
  });
});
