import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers stored for idempotency keys are removed by their age. */
export class ApiIdempotencyAge0007 implements MigrationInterface {
  readonly name = 'ApiIdempotencyAge1760000000007';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index idempotency_keys_at on api.idempotency_keys (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index api.idempotency_keys_at');
  }
}
