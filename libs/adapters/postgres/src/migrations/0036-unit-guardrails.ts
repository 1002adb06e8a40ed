import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rules of a project that replace those of the platform, as its cluster was told. */
export class UnitGuardrails0036 implements MigrationInterface {
  readonly name = 'UnitGuardrails1760000000036';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.units add column guardrails jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table scheduler.units drop column guardrails');
  }
}
