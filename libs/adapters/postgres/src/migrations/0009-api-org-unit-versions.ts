import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A version on projects and departments, so that what their cluster is told can come late or twice. */
export class ApiOrgUnitVersions0009 implements MigrationInterface {
  readonly name = 'ApiOrgUnitVersions1760000000009';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['departments', 'projects'])
      await runner.query(`alter table api.${table} add column version bigint not null default 1`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['departments', 'projects'])
      await runner.query(`alter table api.${table} drop column version`);
  }
}
