import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** A test database of its own. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, closing open connections. */
  drop(): Promise<void>;
}

/**
 * Creates an empty database on the server that the integration project starts. Call it once per test file, so that files
 * can run in parallel. Throws if there is no server, which means that the file is not an `*.int-spec.ts`.
 */
export const testDatabase = (): Promise<TestDatabase> => create(serverUrl());

/**
 * The same with all tables: a copy of a template, which `migrate` makes once per run. A copy takes a tenth of the time
 * of the migrations.
 */
export async function migratedDatabase(
  migrate: (url: string) => Promise<unknown>,
  template = process.env[TEMPLATE_VARIABLE],
): Promise<TestDatabase> {
  const server = serverUrl();
  if (!template)
    throw new Error(`${TEMPLATE_VARIABLE} is not set: only the set-up of the integration project sets it`);
  await ensureTemplate(server, template, migrate);
  return create(server, `template ${template}`);
}

/** Names the template of a run; its set-up sets it. */
export const TEMPLATE_VARIABLE = 'TESSERA_TEST_DATABASE_TEMPLATE';
/** Key of the advisory lock under which the template is made. */
const LOCK = 7_355_609;

/** Test files that run in parallel wait for the one that makes it. It has its name only once it is complete. */
async function ensureTemplate(
  server: string,
  template: string,
  migrate: (url: string) => Promise<unknown>,
): Promise<void> {
  await withClient(server, async (client) => {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template]);
    if (rowCount === 1) return;
    const name = `${template}_incomplete`;
    await client.query(`drop database if exists ${name} with (force)`);
    await client.query(`create database ${name}`);
    await migrate(urlOf(server, name));
    await client.query(`alter database ${name} rename to ${template}`);
  });
}

function serverUrl(): string {
  const server = process.env['TESSERA_TEST_DATABASE_URL'];
  if (server) return server;
  throw new Error(
    'TESSERA_TEST_DATABASE_URL is not set: only the integration project (*.int-spec.ts) has a Postgres server',
  );
}

async function create(server: string, options = ''): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withClient(server, (client) => client.query(`create database ${name} ${options}`));
  return { url: urlOf(server, name), drop: () => dropDatabase(server, name) };
}

/** Drops a database if it is there, closing open connections. */
export const dropDatabase = (server: string, name: string): Promise<void> =>
  withClient(server, async (client) => {
    await client.query(`drop database if exists ${name} with (force)`);
  });

function urlOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.toString();
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
