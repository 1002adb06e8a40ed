import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A version of what ids and names stand for in a project. A creation can go by what it remembers then, and is refused by its
 * own statement where that is not true any more.
 */
export class AssetVersions0014 implements MigrationInterface {
  readonly name = 'AssetVersions1760000000014';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api.projects add column assets_version bigint not null default 0');
    await runner.query(`
      create function api.count_asset_change() returns trigger language plpgsql as $$
      begin
        update api.projects set assets_version = assets_version + 1
          where id in (case when tg_op = 'INSERT' then new.project_id else old.project_id end,
                       case when tg_op = 'DELETE' then old.project_id else new.project_id end);
        return null;
      end $$`);
    for (const table of ['data_volumes', 'credentials'])
      await runner.query(`create trigger count_change after insert or update or delete on api.${table}
        for each row execute function api.count_asset_change()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['data_volumes', 'credentials'])
      await runner.query(`drop trigger count_change on api.${table}`);
    await runner.query('drop function api.count_asset_change');
    await runner.query('alter table api.projects drop column assets_version');
  }
}
