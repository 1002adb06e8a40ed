import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Limits of what all callers together may ask of a project or workload; gateways are sent them. */
export class ServingLimits0031 implements MigrationInterface {
  readonly name = 'ServingLimits1760000000031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.serving_limits (
        id text primary key,
        project_id text not null references api.projects on delete cascade,
        workload_id uuid references api.workloads on delete cascade,
        limits json not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null,
        updated_by text not null
      )`);
    await runner.query('create index serving_limits_by_project on api.serving_limits (project_id)');
    await runner.query('create index serving_limits_by_workload on api.serving_limits (workload_id)');
    await runner.query(`create trigger count_feed_change after insert or delete or update on api.serving_limits
      for each statement execute function api.count_feed_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api.serving_limits');
  }
}
