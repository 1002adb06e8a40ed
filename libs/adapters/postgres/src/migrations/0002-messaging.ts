import type { MigrationInterface, QueryRunner } from 'typeorm';

const SCHEMAS = ['api', 'scheduler'] as const;

/** An outbox and an inbox for every service that owns tables. */
export class Messaging0002 implements MigrationInterface {
  readonly name = 'Messaging1760000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const schema of SCHEMAS) {
      await runner.query(`create schema ${schema}`);
      await runner.query(`
        create table ${schema}.outbox (
          id bigserial primary key,
          topic text not null,
          key text not null,
          headers json not null,
          value text,
          created_at timestamptz not null default clock_timestamp(),
          published_at timestamptz
        )`);
      await runner.query(`create index outbox_waiting on ${schema}.outbox (id) where published_at is null`);
      await runner.query(
        `create index outbox_published on ${schema}.outbox (published_at) where published_at is not null`,
      );
      await runner.query(`
        create table ${schema}.inbox (
          consumer text not null,
          event_id text not null,
          at timestamptz not null default now(),
          primary key (consumer, event_id)
        )`);
      await runner.query(`create index inbox_at on ${schema}.inbox (at)`);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const schema of SCHEMAS) await runner.query(`drop schema ${schema} cascade`);
  }
}
