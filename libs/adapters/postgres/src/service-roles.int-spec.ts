import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { testDatabase, type TestDatabase } from '@tessera/testing-services';
import { openDatabase } from './data-source';
import { migrate } from './migrate';

/** Roles belong to the server, which other tests use at the same time. */
const own = randomBytes(6).toString('hex');
const opened: DataSource[] = [];
let database: TestDatabase;
let url: string;
const urlOf = (role: string, password: string): string => {
  const mine = new URL(url);
  mine.username = `${role}_${own}`;
  mine.password = encodeURIComponent(password);
  return mine.toString();
};
const open = async (as: string): Promise<DataSource> => {
  const dataSource = await openDatabase({ url: as, pool: 1, applicationName: 'test' });
  opened.push(dataSource);
  return dataSource;
};

let api: DataSource;
let scheduler: DataSource;
beforeAll(async () => {
  database = await testDatabase();
  ({ url } = database);
  const urls = { api: urlOf('api', 'p@ss/word'), scheduler: urlOf('scheduler', 'other') };
  await migrate(url, urls);
  // A deployment does so with every version.
  await migrate(url, urls);
  [api, scheduler] = [await open(urls.api), await open(urls.scheduler)];
});
afterAll(async () => {
  const owner = await open(url);
  for (const role of [`api_${own}`, `scheduler_${own}`])
    await owner.query(`drop owned by ${role}`).then(() => owner.query(`drop role ${role}`));
  for (const dataSource of opened) await dataSource.destroy();
  await database.drop();
});

const tablesOf = async (schema: string): Promise<readonly string[]> => {
  const owner = await open(url);
  const rows: { name: string }[] = await owner.query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = $1`,
    [schema],
  );
  return rows.map(({ name }) => name);
};
const denied = expect.objectContaining({ message: expect.stringContaining('permission denied') });

describe('the roles of the services in the database', () => {
  it('let each read and write the rows of its own schema, and of the event log', async () => {
    for (const [service, schema] of [
      [api, 'api'],
      [scheduler, 'scheduler'],
    ] as const)
      for (const table of [...(await tablesOf(schema)), ...(await tablesOf('event_log'))]) {
        await service.query(`select * from ${table} limit 1`);
        await service.query(`delete from ${table} where false`);
      }
    const inserted = `insert into api.outbox (topic, key, headers, value) values ('t', 'k', '{}', null) returning key`;
    expect(await api.query(inserted)).toEqual([{ key: 'k' }]);
  });

  it('show the scheduler nothing of the API: no signing key, no secret, no user', async () => {
    const tables = await tablesOf('api');
    expect(tables).toContain('api.signing_keys');
    for (const table of tables)
      await expect(scheduler.query(`select 1 from ${table}`)).rejects.toEqual(denied);
  });

  it('let the API neither read nor write what the scheduler decided', async () => {
    for (const table of await tablesOf('scheduler')) {
      await expect(api.query(`select 1 from ${table}`)).rejects.toEqual(denied);
      await expect(api.query(`delete from ${table}`)).rejects.toEqual(denied);
    }
  });

  it('can neither create nor change tables or roles', async () => {
    for (const [service, schema] of [
      [api, 'api'],
      [scheduler, 'scheduler'],
    ] as const)
      for (const text of [
        `create table ${schema}.mine (a int)`,
        `alter table ${schema}.outbox add column mine int`,
        `truncate ${schema}.outbox`,
        `create role mine_${own}`,
        'select * from tessera_migrations',
        'select * from pg_authid',
      ])
        await expect(service.query(text)).rejects.toThrow(/permission denied|must be owner/);
  });

  it('are not the owner of the tables', async () => {
    await expect(migrate(url, { api: url })).rejects.toThrow('use a separate user');
  });
});
