import { Client } from 'pg';
import { testDatabase } from '@tessera/testing-services';
import { openDatabase } from '../data-source';
import { migrate } from '../migrate';
import { MIGRATIONS } from './all';

/** The migrations in the order in which they ran before they were renumbered, by their names of that time. */
const EARLIER = [
  'EventLog1760000000001',
  'Messaging1760000000002',
  'ApiOrganisation1760000000010',
  'ApiWorkloads1760000000011',
  'ApiFacts1760000000016',
  'ApiAddresses1760000000018',
  'ApiKeptAnswers1760000000019',
  'SchedulerWorkloads1760000000020',
  'ApiUnitVersions1760000000022',
  'SchedulerUnits1760000000023',
  'SchedulerLeadership1760000000024',
  'SchedulerTraces1760000000025',
  'References1760000000026',
  'AssetVersions1760000000027',
  'ParkedRows1760000000028',
  'Retention1760000000029',
  'Identities1760000000031',
  'AuditCounts1760000000034',
  'UnitGuardrails1760000000036',
  'HostAddresses1760000000037',
] as const;
const NAMES = MIGRATIONS.map((Migration) => new Migration().name);

/** A database with one tenant in which the first `count` migrations ran under their earlier names. */
async function earlierDatabase(count: number) {
  const database = await testDatabase();
  const dataSource = await openDatabase({ url: database.url, pool: 1, applicationName: 'renamed-test' });
  const runner = dataSource.createQueryRunner();
  await runner.query(
    'create table tessera_migrations (id serial primary key, timestamp bigint not null, name varchar not null)',
  );
  for (const [at, name] of EARLIER.slice(0, count).entries()) {
    const Migration = MIGRATIONS[at];
    if (Migration === undefined) throw new Error(`no migration is number ${at + 1}`);
    await new Migration().up(runner);
    await runner.query('insert into tessera_migrations (timestamp, name) values ($1, $2)', [
      name.slice(-13),
      name,
    ]);
  }
  await runner.query(`insert into api.tenants (id, name) values (1, 'one')`);
  await runner.release();
  await dataSource.destroy();
  return database;
}

async function rows(url: string, sql: string): Promise<readonly unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a database migrated before the migrations were renumbered', () => {
  it.each([3, 12, EARLIER.length])('with %i of them gets the others and keeps its data', async (count) => {
    const database = await earlierDatabase(count);

    expect(await migrate(database.url)).toEqual(NAMES.slice(count));

    expect(await rows(database.url, 'select name from api.tenants')).toEqual([{ name: 'one' }]);
    expect(
      await rows(database.url, 'select name, timestamp from tessera_migrations order by timestamp'),
    ).toEqual(NAMES.map((name) => ({ name, timestamp: name.slice(-13) })));
    expect(await migrate(database.url)).toEqual([]);
    await database.drop();
  });
});
