import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The versions of projects and departments of which their cluster was sent a message, and those that a workload waits
 * for. 0 for what existed before, so that no workload waits for a message that nobody will send.
 */
export class OrgUnitVersions0026 implements MigrationInterface {
  readonly name = 'OrgUnitVersions1760000000026';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['departments', 'projects'])
      await runner.query(`alter table api.${table} add column sent_version bigint not null default 0`);
    await runner.query('alter table scheduler.workloads add column org_unit_versions jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.workloads drop column org_unit_versions');
    for (const table of ['departments', 'projects'])
      await runner.query(`alter table api.${table} drop column sent_version`);
  }
}
