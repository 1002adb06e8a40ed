import { randomUUID } from 'node:crypto';
import { Client } from 'pg';

/** An empty test database. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, closing open connections. */
  drop(): Promise<void>;
}

/**
 * Creates a fresh database on the server that the integration project starts. Call it once per test file, so that files
 * can run in parallel. Throws if there is no server, which means that the file is not an `*.int-spec.ts`.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = process.env['TESSERA_TEST_DATABASE_URL'];
  if (!server) {
    throw new Error(
      'TESSERA_TEST_DATABASE_URL is not set: only the integration project (*.int-spec.ts) has a Postgres server',
    );
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await execute(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => execute(server, `drop database if exists ${name} with (force)`) };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
