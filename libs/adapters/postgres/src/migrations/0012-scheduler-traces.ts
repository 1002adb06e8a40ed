import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The trace of the call that asked for the generation of a workload. */
export class SchedulerTraces0012 implements MigrationInterface {
  readonly name = 'SchedulerTraces1760000000012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads add column trace jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads drop column trace');
  }
}
