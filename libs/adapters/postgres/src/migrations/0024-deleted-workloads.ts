import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Workloads that a scheduler has deleted are called deleted, as everywhere else. */
export class DeletedWorkloads0024 implements MigrationInterface {
  readonly name = 'DeletedWorkloads1760000000024';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads rename column gone to deleted');
    await runner.query('alter table scheduler.workloads rename column gone_at to deleted_at');
    await runner.query('alter index scheduler.workloads_gone_at rename to workloads_deleted_at');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter index scheduler.workloads_deleted_at rename to workloads_gone_at');
    await runner.query('alter table scheduler.workloads rename column deleted_at to gone_at');
    await runner.query('alter table scheduler.workloads rename column deleted to gone');
  }
}
