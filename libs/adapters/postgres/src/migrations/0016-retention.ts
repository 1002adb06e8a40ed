import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Indexes by which what is old is found without a look at the whole table. `gone_at` is generated, and null of living
 * workloads, so that an update of a living one still touches no index.
 */
export class Retention0016 implements MigrationInterface {
  readonly name = 'Retention1760000000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index workload_records_at on api.workload_records (created_at)');
    await runner.query('create index pods_gone on api.pods (deleted_at) where deleted_at is not null');
    await runner.query('create index revisions_at on api.revisions (created_at)');
    await runner.query(
      'create index workloads_gone_at on api.workloads (deleted_at) where deleted_at is not null',
    );
    await runner.query(`alter table scheduler.workloads
      add column gone_at timestamptz generated always as (case when gone then updated_at end) stored`);
    await runner.query(
      'create index workloads_gone_at on scheduler.workloads (gone_at) where gone_at is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads drop column gone_at');
    for (const index of ['workload_records_at', 'pods_gone', 'revisions_at', 'workloads_gone_at'])
      await runner.query(`drop index api.${index}`);
  }
}
