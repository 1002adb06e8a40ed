import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What ids and names in a spec stand for: credentials beside data volumes, and what a command said of them. */
export class References0013 implements MigrationInterface {
  readonly name = 'References1760000000013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table api.data_volumes add column description text not null default ''`);
    await runner.query(`
      create table api.credentials (
        id uuid primary key,
        project_id text not null references api.projects,
        kind text not null,
        name text not null,
        secret_name text not null,
        description text not null default '',
        created_by text not null,
        created_at timestamptz not null default now(),
        unique (project_id, name)
      )`);
    await runner.query('alter table scheduler.workloads add column stands_for jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads drop column stands_for');
    await runner.query('drop table api.credentials');
    await runner.query('alter table api.data_volumes drop column description');
  }
}
