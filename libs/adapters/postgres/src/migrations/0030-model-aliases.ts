import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Model names that stand for workloads; gateways hear of every change. */
export class ModelAliases0030 implements MigrationInterface {
  readonly name = 'ModelAliases1760000000030';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.model_aliases (
        id uuid primary key,
        tenant_id integer not null references api.tenants,
        name text not null,
        project_id text references api.projects on delete cascade,
        place text not null,
        targets json not null,
        fallbacks json not null,
        wait_seconds integer,
        created_by text not null,
        updated_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (tenant_id, place, name)
      )`);
    await runner.query('create index model_aliases_by_project on api.model_aliases (project_id)');
    await runner.query(`create trigger count_feed_change after insert or delete or update on api.model_aliases
      for each statement execute function api.count_feed_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api.model_aliases');
  }
}
