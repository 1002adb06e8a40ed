import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers kept for idempotency keys are forgotten by their age. */
export class ApiKeptAnswers0019 implements MigrationInterface {
  readonly name = 'ApiKeptAnswers1760000000019';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index idempotency_keys_at on api.idempotency_keys (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index api.idempotency_keys_at');
  }
}
