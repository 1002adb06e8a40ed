import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Facts of the events topic in the order in which they are streamed, and up to where they were forgotten. */
export class ApiEvents0005 implements MigrationInterface {
  readonly name = 'ApiEvents1760000000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.facts (
        position bigserial primary key,
        source text not null,
        event_id text not null,
        type text not null,
        workload_id uuid not null,
        body json not null,
        at timestamptz not null default clock_timestamp(),
        unique (source, event_id)
      )`);
    await runner.query('create index facts_of on api.facts (workload_id, position)');
    await runner.query('create index facts_at on api.facts (at)');
    await runner.query(`
      create table api.facts_forgotten (
        one_row boolean primary key default true check (one_row),
        position bigint not null
      )`);
    await runner.query('insert into api.facts_forgotten (position) values (0)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table api.facts_forgotten');
    await runner.query('drop table api.facts');
  }
}
