import { readFileSync } from 'node:fs';
import { Client as Postgres } from 'pg';
import { Client, workload } from '../client';
import { Platform } from '../platform';

jest.setTimeout(240_000);

let platform: Platform;
beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded']);
});
afterAll(() => platform?.remove());

/** The database as a running service reaches it: by the credential in its environment, which whoever runs in it can read. */
async function withCredentialOf<T>(service: string, work: (database: Postgres) => Promise<T>): Promise<T> {
  const environment = readFileSync(`/proc/${platform.pidOf(service)}/environ`, 'utf8').split('\0');
  const entry = environment.find((one) => one.startsWith('TESSERA_DATABASE_URL='));
  const database = new Postgres({ connectionString: entry?.slice('TESSERA_DATABASE_URL='.length) });
  await database.connect();
  return work(database).finally(() => database.end());
}

/** Every table of a schema, as the owner of the database lists them. */
async function tablesOf(schema: string): Promise<readonly string[]> {
  const owner = new Postgres({ connectionString: platform.connection.databaseUrl });
  await owner.connect();
  const { rows } = await owner
    .query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = $1`,
      [schema],
    )
    .finally(() => owner.end());
  return rows.map(({ name }) => name);
}

describe('who took over a service and has its database credential', () => {
  it.each([
    ['scheduler', 'api', 'api.signing_keys'],
    ['api', 'scheduler', 'scheduler.workloads'],
  ])('in the %s neither reads nor changes a table of the %s', async (service, schema, one) => {
    const tables = await tablesOf(schema);
    expect(tables).toContain(one);
    await withCredentialOf(service, async (database) => {
      for (const table of tables) {
        await expect(database.query(`select 1 from ${table}`)).rejects.toThrow('permission denied');
        await expect(database.query(`delete from ${table}`)).rejects.toThrow('permission denied');
      }
    });
  });

  it.each(['scheduler', 'api'])('in the %s makes no role and becomes no other', async (service) => {
    const { username } = new URL(platform.connection.databaseUrl);
    await withCredentialOf(service, async (database) => {
      await expect(database.query('create role intruder superuser')).rejects.toThrow('permission denied');
      await expect(database.query(`set role "${username}"`)).rejects.toThrow('permission denied');
      await expect(database.query('select * from pg_authid')).rejects.toThrow('permission denied');
    });
  });

  it('does not keep others from working', async () => {
    const client = new Client(() => platform.connection);
    const created = await client.create(workload('after-all', { cpuCoreRequest: 0.1 }));
    expect(created.workloadId).toEqual(expect.any(String));
  });
});
