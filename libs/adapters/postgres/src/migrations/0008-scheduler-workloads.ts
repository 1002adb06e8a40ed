import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Workloads that the scheduler accepted, one row each. `created_at` stays text: it is the API's own word. */
export class SchedulerWorkloads0008 implements MigrationInterface {
  readonly name = 'SchedulerWorkloads1760000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table scheduler.workloads (
        id uuid primary key,
        ref jsonb not null,
        generation integer not null,
        created_by text not null,
        created_at text not null,
        default_node_pools jsonb not null,
        spec jsonb not null,
        removed boolean not null,
        gone boolean not null,
        sequence bigint not null,
        state jsonb not null,
        updated_at timestamptz not null default now()
      )`);
    await runner.query('create index workloads_active on scheduler.workloads (id) where not gone');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table scheduler.workloads');
  }
}
