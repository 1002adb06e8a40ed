import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The scaling timeline of workloads: decisions on the number of replicas, and cold starts. */
export class ApiScaling0023 implements MigrationInterface {
  readonly name = 'ApiScaling1760000000023';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.scaling_entries (
        id text primary key,
        workload_id uuid not null references api.workloads,
        created_at timestamptz not null,
        sequence bigint not null,
        kind text not null check (kind in ('decision', 'cold-start')),
        body json not null
      )`);
    await runner.query(
      'create index scaling_entries_by_workload on api.scaling_entries (workload_id, created_at, sequence)',
    );
    await runner.query('create index scaling_entries_at on api.scaling_entries (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api.scaling_entries');
  }
}
