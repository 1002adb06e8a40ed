import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Projects and departments of the cluster as the API last told them, with what they deserve per node pool. */
export class SchedulerUnits0021 implements MigrationInterface {
  readonly name = 'SchedulerUnits1760000000023';

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
