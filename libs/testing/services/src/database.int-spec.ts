import { Client } from 'pg';
import { testDatabase } from './database';

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
