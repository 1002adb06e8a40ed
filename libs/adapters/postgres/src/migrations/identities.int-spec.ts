import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { testDatabase } from '@tessera/testing-services';
import { migrate, openDatabase } from '../index';
import { Identities0017 } from './0017-identities';
import { ServingKeys0029 } from './0029-serving-keys';
import { ModelAliases0030 } from './0030-model-aliases';
import { ServingLimits0031 } from './0031-serving-limits';

type Row = Readonly<Record<string, unknown>>;

let database: Awaited<ReturnType<typeof testDatabase>>;
let dataSource: DataSource;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  dataSource = await openDatabase({ url: database.url, pool: 2, applicationName: 'migration-test' });
});
afterAll(async () => {
  await dataSource.destroy();
  await database.drop();
});

const subject = (name: string, kind: string, at: string): Promise<unknown> =>
  dataSource.query(
    `insert into api.subjects (id, tenant_id, kind, name, client_id, secret_hash, created_by, created_at)
     values ($1, 1, $3, $2, $2, 'x', 'x', $4)`,
    [randomUUID(), name, kind, at],
  );
const rule = (subjectId: string, type: string): Promise<unknown> =>
  dataSource.query(
    `insert into api.access_rules (tenant_id, subject_id, subject_type, role_id, scope_type, scope_id, created_by)
     values (1, $1, $2, 9, 'tenant', '1', 'x')`,
    [subjectId, type],
  );

describe('a database with two accounts of one person', () => {
  it('keeps the older account, and reports the others by name', async () => {
    const runner = dataSource.createQueryRunner();
    // What later migrations made of these tables is undone first.
    for (const later of [new ServingLimits0031(), new ModelAliases0030(), new ServingKeys0029()])
      await later.down(runner);
    await new Identities0017().down(runner);
    await dataSource.query(`insert into api.tenants (id, name) values (1, 'one')`);
    await subject('Ada@Example.com', 'user', '2026-01-01');
    await subject('ada@example.com', 'user', '2026-01-02');
    await subject('ADA@example.com', 'user', '2026-01-03');
    await subject('Grace@example.com', 'user', '2026-01-01');
    await subject('grace@example.com', 'app', '2026-01-01');
    await subject('Capital', 'app', '2026-01-01');
    for (const id of ['Ada@Example.com', 'ada@example.com', 'Sub-Of-Somebody']) await rule(id, 'user');
    await rule('Staff@Example.com', 'group');

    await new Identities0017().up(runner);
    await runner.release();

    const subjects: Row[] = await dataSource.query(
      'select name, client_id from api.subjects order by kind, created_at, name',
    );
    expect(subjects).toEqual([
      { name: 'Capital', client_id: 'Capital' },
      { name: 'grace@example.com', client_id: 'grace@example.com' },
      { name: 'Ada@Example.com', client_id: 'ada@example.com' },
      { name: 'Grace@example.com', client_id: 'Grace@example.com' },
      ...['ada@example.com', 'ADA@example.com'].map((name) => ({
        name: expect.stringMatching(new RegExp(`^${name} duplicate `)) as string,
        client_id: expect.stringMatching(/^ada@example.com duplicate /) as string,
      })),
    ]);
    const rules: Row[] = await dataSource.query(
      'select subject_id, issuer from api.access_rules order by id',
    );
    expect(rules).toEqual(
      ['ada@example.com', 'Sub-Of-Somebody', 'Staff@Example.com'].map((id) => ({
        subject_id: id,
        issuer: null,
      })),
    );
  });
});
