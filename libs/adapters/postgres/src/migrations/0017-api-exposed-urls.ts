import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The URLs that living workloads ask for, each once per cluster: whoever asks for one that is in use is refused by the
 * database itself, however many ask at once. A trigger keeps them, as their workloads come and go by several statements.
 */
export class ApiExposedUrls0017 implements MigrationInterface {
  readonly name = 'ApiExposedUrls1760000000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.exposed_urls (
        cluster_id uuid not null,
        url text not null,
        workload_id uuid not null references api.workloads,
        constraint exposed_urls_in_use primary key (cluster_id, url)
      )`);
    await runner.query('create index exposed_urls_workload on api.exposed_urls (workload_id)');
    await runner.query(`
      create function api.urls_of(spec json) returns setof text language sql immutable as $$
        select distinct rtrim(lower(item ->> 'url'), '/')
        from json_array_elements(spec -> 'exposedUrls') as item
        where coalesce(item ->> 'url', '') <> '' and coalesce(item ->> 'exclude', 'false') <> 'true'
      $$`);
    await runner.query(`
      insert into api.exposed_urls (cluster_id, url, workload_id)
      select cluster_id, api.urls_of(effective_spec), id from api.workloads
      where deleted_at is null and json_typeof(effective_spec -> 'exposedUrls') = 'array'
      on conflict do nothing`);
    await runner.query(`
      create function api.keep_exposed_urls() returns trigger language plpgsql as $$
      begin
        if tg_op = 'INSERT' then
          insert into api.exposed_urls (cluster_id, url, workload_id)
          select new.cluster_id, api.urls_of(new.effective_spec), new.id;
        else
          delete from api.exposed_urls where workload_id = new.id;
        end if;
        return null;
      end $$`);
    await runner.query(`
      create trigger exposed_urls_taken after insert on api.workloads for each row
      when (json_typeof(new.effective_spec -> 'exposedUrls') = 'array')
      execute function api.keep_exposed_urls()`);
    await runner.query(`
      create trigger exposed_urls_given_back after update of deleted_at on api.workloads for each row
      when (new.deleted_at is not null and old.deleted_at is null)
      execute function api.keep_exposed_urls()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger exposed_urls_given_back on api.workloads');
    await runner.query('drop trigger exposed_urls_taken on api.workloads');
    await runner.query('drop function api.keep_exposed_urls()');
    await runner.query('drop table api.exposed_urls');
    await runner.query('drop function api.urls_of(json)');
  }
}
