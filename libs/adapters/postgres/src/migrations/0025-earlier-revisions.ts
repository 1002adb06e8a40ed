import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what a scheduler recognises a revision of a workload that is wanted again. */
export class EarlierRevisions0025 implements MigrationInterface {
  readonly name = 'EarlierRevisions1760000000025';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads add column earlier_revisions jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads drop column earlier_revisions');
  }
}
