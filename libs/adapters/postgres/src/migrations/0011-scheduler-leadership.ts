import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The newest epoch that held each lease: what older ones still want to write is refused. */
export class SchedulerLeadership0011 implements MigrationInterface {
  readonly name = 'SchedulerLeadership1760000000011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table scheduler.leadership (
        lease text primary key,
        epoch bigint not null,
        raised_at timestamptz not null default now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table scheduler.leadership');
  }
}
