import { migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import type { DataSource } from 'typeorm';
import { openDatabase } from '../../data-source';
import { migrate } from '../../migrate';
import { seedLocalOrganisation } from '../seed';
import { workloadsStatement } from './workload-reader';

const COUNT = 20_000;
const OFFSET = 15_000;
const TENANT = 1001;

describe('a far page of many workloads', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await migratedDatabase(migrate);
    dataSource = await openDatabase({ url: database.url, pool: 2, applicationName: 'far-pages-test' });
    await seedLocalOrganisation(dataSource, 'pool');
    await dataSource.query(
      `insert into api.workloads (id, tenant_id, cluster_id, department_id, department_name, project_id, project_name,
         namespace, default_node_pools, name, requested_name, created_by, created_at, updated_at, generation,
         desired_phase, phase, phase_message, phase_updated_at, effective_spec, summary, observed, allocated_milli_gpu,
         node_pools, sequence)
       select gen_random_uuid(), $1, cluster_id, department_id, '', id, name, namespace, '[]',
         'w-' || lpad(n::text, 6, '0'), '', '', now(), now(), 1, '', '', '', now(), '{}',
         json_build_object('text', repeat(n::text, 100)), '{}', 0, '{}', 1
       from (select * from api.projects order by id limit 1) one, generate_series(0, $2::int - 1) n`,
      [TENANT, COUNT],
    );
    await dataSource.query('analyze api.workloads');
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const statement = (by: string) =>
    workloadsStatement(
      { seen: { tenantId: TENANT, all: true }, deleted: false, filters: [] },
      { by, order: 'asc' },
      { offset: OFFSET, limit: 50 },
    );

  it.each(['name', 'phase', 'allocatedGPU', 'nodepool'])('by %s is sorted in memory', async (by) => {
    const { text, values } = statement(by);
    const plan: unknown = await dataSource.query(`explain (analyze, format json) ${text}`, values);
    expect(JSON.stringify(plan)).toContain('"Sort Space Type":"Memory"');
    expect(JSON.stringify(plan)).not.toContain('"Sort Space Type":"Disk"');
  });

  it('has its rows in order, and one more', async () => {
    const { text, values } = statement('name');
    const rows: { readonly name: string }[] = await dataSource.query(text, values);
    const wanted = Array.from({ length: 51 }, (_, at) => `w-${String(OFFSET + at).padStart(6, '0')}`);
    expect(rows.map(({ name }) => name)).toEqual(wanted);
  });
});
