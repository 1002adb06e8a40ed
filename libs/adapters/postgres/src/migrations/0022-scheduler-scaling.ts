import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The generation that the pods of a workload carry, and what a new leader needs of its scaling. */
export class SchedulerScaling0022 implements MigrationInterface {
  readonly name = 'SchedulerScaling1760000000022';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'alter table scheduler.workloads add column revision integer, add column scaling jsonb',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads drop column revision, drop column scaling');
  }
}
