import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Rows of an outbox that no topic takes are kept with the reason, outside the queue of those that wait. */
export class ParkedRows0015 implements MigrationInterface {
  readonly name = 'ParkedRows1760000000015';

  async up(runner: QueryRunner): Promise<void> {
    for (const schema of ['api', 'scheduler']) {
      await runner.query(
        `alter table ${schema}.outbox add column parked_at timestamptz, add column parked_reason text`,
      );
      await runner.query(`drop index ${schema}.outbox_waiting`);
      await runner.query(
        `create index outbox_waiting on ${schema}.outbox (id) where published_at is null and parked_at is null`,
      );
      await runner.query(
        `create index outbox_parked on ${schema}.outbox (parked_at) where parked_at is not null`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const schema of ['api', 'scheduler']) {
      await runner.query(`drop index ${schema}.outbox_waiting`);
      await runner.query(`alter table ${schema}.outbox drop column parked_at, drop column parked_reason`);
      await runner.query(`create index outbox_waiting on ${schema}.outbox (id) where published_at is null`);
    }
  }
}
