import type { DataSource } from 'typeorm';
import { testDatabase } from '@tessera/testing-services';
import { migrate, openDatabase } from '../index';

const open = (url: string) => openDatabase({ url, pool: 2, applicationName: 'entities-test' });

let databases: readonly Awaited<ReturnType<typeof testDatabase>>[];
/** One database from the migrations, and one from the entities alone. */
let migrated: DataSource;
let generated: DataSource;
beforeAll(async () => {
  databases = await Promise.all([testDatabase(), testDatabase()]);
  const [one, other] = databases.map(({ url }) => url) as [string, string];
  await migrate(one);
  migrated = await open(one);
  generated = await open(other);
  for (const schema of ['api', 'scheduler', 'event_log']) await generated.query(`create schema ${schema}`);
  await generated.synchronize();
});
afterAll(async () => {
  await migrated.destroy();
  await generated.destroy();
  for (const database of databases) await database.drop();
});

/** What Postgres knows of the tables, as sentences that are the same for the same schema. */
const DESCRIPTION = `
  select 'column ' || a.attrelid::regclass || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end || coalesce(' ' || pg_get_expr(d.adbin, d.adrelid), '') as line
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relkind in ('r', 'v', 'm') and a.attnum > 0 and not a.attisdropped and c.relnamespace::regnamespace::text = any($1)
  union all
  select 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  from pg_constraint where contype <> 'n' and connamespace::regnamespace::text = any($1)
  union all
  select 'index ' || indexdef from pg_indexes where schemaname = any($1)
  union all
  select 'sequence ' || schemaname || '.' || sequencename from pg_sequences where schemaname = any($1)
  union all
  select 'function ' || oid::regprocedure from pg_proc where pronamespace::regnamespace::text = any($1)
  union all
  select 'trigger ' || tgrelid::regclass || '.' || tgname from pg_trigger where not tgisinternal`;

async function describedBy(dataSource: DataSource): Promise<readonly string[]> {
  const rows: { line: string }[] = await dataSource.query(DESCRIPTION, [['api', 'scheduler', 'event_log']]);
  // TypeORM writes the default 1 of a bigint as '1'.
  return rows.map(({ line }) => line.replace(/'(\d+)'::bigint/, '$1'));
}

/** What entities cannot express, and why. */
const BEYOND_ENTITIES = [
  // TypeORM has no indexes over expressions.
  'index CREATE UNIQUE INDEX access_rules_once ON api.access_rules',
  'index CREATE UNIQUE INDEX subjects_email ON api.subjects',
  // Departments and projects share a sequence, from which statements take ids as text.
  'sequence api.org_ids',
  // TypeORM has neither functions nor triggers.
  'function api.count_asset_change()',
  'trigger api.credentials.count_change',
  'trigger api.data_volumes.count_change',
  'function api.count_feed_change()',
  'trigger api.subjects.count_feed_change',
  'trigger api.serving_keys.count_feed_change',
  'trigger api.serving_key_projects.count_feed_change',
  'trigger api.model_aliases.count_feed_change',
  'trigger api.serving_limits.count_feed_change',
];

describe('the entities and the migrations', () => {
  it('agree: the schema builder finds nothing to change', async () => {
    // TypeORM reads the expressions of generated columns from this table, which nothing else needs.
    await migrated.query(
      'create table typeorm_metadata (type text, database text, schema text, "table" text, name text, value text)',
    );
    await migrated.query(
      `insert into typeorm_metadata values ('GENERATED_COLUMN', current_database(), 'scheduler', 'workloads', 'deleted_at', $1)`,
      ['case when deleted then updated_at end'],
    );

    const { upQueries, downQueries } = await migrated.driver.createSchemaBuilder().log();

    expect(upQueries.map(({ query }) => query)).toEqual([]);
    expect(downQueries.map(({ query }) => query)).toEqual([]);
  });

  it('make the same tables, with what entities cannot express as the only difference', async () => {
    const [ofMigrations, ofEntities] = [await describedBy(migrated), await describedBy(generated)];

    expect(ofEntities.filter((line) => !ofMigrations.includes(line))).toEqual([]);
    const beyond = ofMigrations.filter((line) => !ofEntities.includes(line));
    expect(beyond.filter((line) => !BEYOND_ENTITIES.some((known) => line.startsWith(known)))).toEqual([]);
    expect(beyond).toHaveLength(BEYOND_ENTITIES.length);
  });
});
