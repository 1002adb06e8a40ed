import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Projects and departments of the cluster as the API last told them, with what they deserve per node pool. */
export class SchedulerOrgUnits0010 implements MigrationInterface {
  readonly name = 'SchedulerOrgUnits1760000000010';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table scheduler.units (
        scope text not null check (scope in ('project', 'department')),
        id text not null,
        name text not null,
        version bigint not null,
        removed boolean not null,
        namespace text,
        deserved jsonb not null,
        updated_at timestamptz not null default now(),
        primary key (scope, id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table scheduler.units');
  }
}
