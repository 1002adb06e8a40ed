import { eventually, testDatabase, type TestDatabase } from '@tessera/testing-services';
import type { DataSource } from 'typeorm';
import { openDatabase } from './data-source';
import { watchPool, type ConnectionLimits } from './pool';
import { poolOf } from './prepared';
import { closeSession, openSession } from './session';
import { isDatabaseUnavailable } from './unavailable';

const LIMITS: ConnectionLimits = {
  connectMs: 500,
  statementMs: 1_000,
  lockMs: 300,
  idleTransactionMs: 4_000,
};

let database: TestDatabase;
let dataSource: DataSource;
beforeAll(async () => {
  database = await testDatabase();
  dataSource = await openDatabase({
    ...{ url: database.url, pool: 2, applicationName: 'pool-test', limits: LIMITS },
  });
  await dataSource.query('create table things (id integer primary key)');
  await dataSource.query('insert into things values (1)');
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a connection of a pool with limits', () => {
  it('cancels a statement that takes too long', async () => {
    const error = await failureOf(dataSource.query('select pg_sleep(20)'));
    expect(error).toMatchObject({ code: '57014' });
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it('stops waiting for a lock that another transaction holds', async () => {
    const holder = dataSource.createQueryRunner();
    await holder.startTransaction();
    await holder.query('select 1 from things where id = 1 for update');
    const error = await failureOf(dataSource.query('update things set id = 1 where id = 1'));
    await holder.rollbackTransaction();
    await holder.release();
    expect(error).toMatchObject({ code: '55P03' });
    expect(isDatabaseUnavailable(error)).toBe(true);
  });

  it('is waited for within the limit, and loses an idle transaction', async () => {
    const holders = [dataSource.createQueryRunner(), dataSource.createQueryRunner()];
    for (const holder of holders) await holder.startTransaction();
    const error = await failureOf(dataSource.query('select 1'));
    expect(error).toMatchObject({ message: expect.stringMatching(/timeout exceeded/) });
    expect(isDatabaseUnavailable(error)).toBe(true);
    // The server ends both, the process lives, and the pool opens others.
    await eventually(
      async () => expect(await failureOf(dataSource.query('select 1'))).toBeUndefined(),
      10_000,
    );
    const lost = await failureOf(holders[0]?.query('select 1') ?? Promise.resolve());
    expect(isDatabaseUnavailable(lost)).toBe(true);
  });

  it('fails the liveness check while all of them are in use, until one is returned', async () => {
    const own = await openDatabase({ url: database.url, pool: 2, applicationName: 'wedged-test' });
    const wedged = watchPool(poolOf(own), 50);
    expect(wedged()).toBeUndefined();
    const holders = [own.createQueryRunner(), own.createQueryRunner()];
    for (const holder of holders) await holder.startTransaction();
    const waiting = own.query('select 1');
    await eventually(
      () => expect(wedged()).toMatch(/^all 2 connections have been in use .* 1 calls wait for one$/),
      10_000,
    );
    await holders[0]?.rollbackTransaction();
    await holders[0]?.release();
    await waiting;
    expect(wedged()).toBeUndefined();
    await holders[1]?.rollbackTransaction();
    await holders[1]?.release();
    await own.destroy();
  });
});

describe('a session outside the pool', () => {
  it('has keepalive on the server, a limit for each statement, and none for notifications', async () => {
    const session = await openSession(database.url, 'session-test');
    const setting = async (name: string): Promise<unknown> =>
      (await session.query<Record<string, string>>(`show ${name}`)).rows[0]?.[name];
    expect(await setting('lock_timeout')).toBe('10s');
    expect(await setting('idle_in_transaction_session_timeout')).toBe('15s');
    expect(await setting('statement_timeout')).toBe('30s');
    expect(await setting('idle_session_timeout')).toBe('0');
    await closeSession(session);
    await expect(session.query('select 1')).rejects.toThrow();
  });
});
