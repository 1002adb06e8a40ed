import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a change of concerns the gateways, and when. */
const FED = [
  ['subjects', 'insert or delete or update of secret_version, client_id'],
  ['serving_keys', 'insert or delete or update'],
  ['serving_key_projects', 'insert or delete or update'],
] as const;

/**
 * Serving keys, and a revision that counts the changes of what gateways are sent. It is a row, not a sequence: its lock
 * makes revisions visible in the order of the commits.
 */
export class ServingKeys0029 implements MigrationInterface {
  readonly name = 'ServingKeys1760000000029';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.serving_keys (
        id uuid primary key,
        tenant_id integer not null references api.tenants,
        name text not null,
        digest text not null unique,
        hint text not null,
        previous_digest text,
        previous_until timestamptz,
        expires_at timestamptz,
        limits json not null,
        priority text not null,
        created_by text not null,
        updated_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        revoked_at timestamptz,
        constraint serving_keys_priority_check check (priority in ('low', 'normal', 'high'))
      )`);
    await runner.query(`
      create table api.serving_key_projects (
        key_id uuid not null references api.serving_keys on delete cascade,
        project_id text not null references api.projects on delete cascade,
        workload_ids json,
        primary key (key_id, project_id)
      )`);
    await runner.query(
      'create index serving_key_projects_by_project on api.serving_key_projects (project_id)',
    );
    await runner.query(
      'create table api.gateway_feed (id integer primary key, revision bigint not null default 1)',
    );
    await runner.query('insert into api.gateway_feed (id) values (1)');
    await runner.query(`
      create function api.count_feed_change() returns trigger language plpgsql as $$
      begin
        update api.gateway_feed set revision = revision + 1 where id = 1;
        return null;
      end $$`);
    for (const [table, changes] of FED)
      await runner.query(`create trigger count_feed_change after ${changes} on api.${table}
        for each statement execute function api.count_feed_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table] of FED) await runner.query(`drop trigger count_feed_change on api.${table}`);
    await runner.query('drop function api.count_feed_change');
    for (const table of ['gateway_feed', 'serving_key_projects', 'serving_keys'])
      await runner.query(`drop table api.${table}`);
  }
}
