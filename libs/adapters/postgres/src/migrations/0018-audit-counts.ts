import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Refused calls of nobody are counted: one row of the audit log stands for many. */
export class AuditCounts0018 implements MigrationInterface {
  readonly name = 'AuditCounts1760000000018';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api.audit_log add column count integer not null default 1');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api.audit_log drop column count');
  }
}
