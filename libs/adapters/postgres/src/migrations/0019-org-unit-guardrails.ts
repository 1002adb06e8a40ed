import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules of a project that replace those of the platform, as its cluster was told. */
export class OrgUnitGuardrails0019 implements MigrationInterface {
  readonly name = 'OrgUnitGuardrails1760000000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.units add column guardrails jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.units drop column guardrails');
  }
}
