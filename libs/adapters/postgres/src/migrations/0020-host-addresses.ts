import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A workload has the whole host of its URLs to itself, whatever their scheme, port and path. */
export class HostAddresses0020 implements MigrationInterface {
  readonly name = 'HostAddresses1760000000020';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table api.addresses drop constraint addresses_kind_check');
    await runner.query(
      `alter table api.addresses add constraint addresses_kind_check check (kind in ('node-port', 'url', 'host'))`,
    );
    await runner.query(`
      insert into api.addresses (cluster_id, kind, value, workload_id)
      select cluster_id, 'host', lower(substring(value from '^https?://([^/:?#]+)')), workload_id
      from api.addresses where kind = 'url' and value ~ '^https?://[^/:?#]+'
      on conflict do nothing`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`delete from api.addresses where kind = 'host'`);
    await runner.query('alter table api.addresses drop constraint addresses_kind_check');
    await runner.query(
      `alter table api.addresses add constraint addresses_kind_check check (kind in ('node-port', 'url'))`,
    );
  }
}
