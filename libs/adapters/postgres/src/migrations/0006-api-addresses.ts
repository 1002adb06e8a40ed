import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Node ports and URLs that living workloads have to themselves in their cluster. */
export class ApiAddresses0006 implements MigrationInterface {
  readonly name = 'ApiAddresses1760000000006';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.addresses (
        cluster_id uuid not null,
        kind text not null check (kind in ('node-port', 'url')),
        value text not null,
        workload_id uuid not null references api.workloads,
        primary key (cluster_id, kind, value)
      )`);
    await runner.query('create index addresses_of on api.addresses (workload_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api.addresses');
  }
}
