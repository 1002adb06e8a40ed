import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { dropDatabase, migratedDatabase, testDatabase } from './database';

async function query(url: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('a test database', () => {
  it('is empty, speaks UTF-8 and is not shared', async () => {
    const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
    await query(one.url, 'create table notes (text text)');
    await query(one.url, `insert into notes values ('Öl ≤ ½')`);

    expect(await query(one.url, 'select upper(text) as text from notes')).toEqual([{ text: 'ÖL ≤ ½' }]);
    expect(await query(two.url, `select to_regclass('notes') as found`)).toEqual([{ found: null }]);
    await Promise.all([one.drop(), two.drop()]);
  });

  it('goes even when a connection is still open', async () => {
    const database = await testDatabase();
    const open = new Client({ connectionString: database.url });
    open.on('error', () => undefined);
    await open.connect();

    await database.drop();

    await expect(query(database.url, 'select 1')).rejects.toThrow('does not exist');
    await open.end().catch(() => undefined);
  });
});

describe('a migrated database', () => {
  it('is a copy of a template that is migrated once, however many ask for it', async () => {
    const template = `template_${randomUUID().replaceAll('-', '')}`;
    let migrations = 0;
    const migrate = async (url: string): Promise<void> => {
      migrations += 1;
      await query(url, 'create table notes (text text)');
    };
    const [one, two] = await Promise.all([
      migratedDatabase(migrate, template),
      migratedDatabase(migrate, template),
    ]);
    await query(one.url, `insert into notes values ('mine')`);

    expect(await query(two.url, 'select text from notes')).toEqual([]);
    expect(migrations).toBe(1);
    await Promise.all([one.drop(), two.drop()]);
    await dropDatabase(process.env['TESSERA_TEST_DATABASE_URL'] ?? '', template);
  });
});
