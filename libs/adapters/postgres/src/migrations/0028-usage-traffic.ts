import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Requests and tokens by hour and key, and what was measured of the work of each workload in each hour. */
export class UsageTraffic0028 implements MigrationInterface {
  readonly name = 'UsageTraffic1760000000028';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.usage_traffic (
        hour timestamptz not null,
        workload_id uuid not null references api.usage_workloads,
        key_id text not null,
        model text not null,
        requests bigint not null,
        input_tokens bigint not null,
        cached_tokens bigint not null,
        output_tokens bigint not null,
        primary key (hour, workload_id, key_id, model)
      )`);
    await runner.query('create index usage_traffic_by_workload on api.usage_traffic (workload_id, hour)');
    await runner.query(`
      create table api.usage_activity (
        hour timestamptz not null,
        workload_id uuid not null references api.usage_workloads,
        requests double precision,
        utilisation double precision,
        idle boolean,
        primary key (hour, workload_id)
      )`);
    await runner.query('create index usage_activity_by_workload on api.usage_activity (workload_id, hour)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['usage_activity', 'usage_traffic']) await runner.query(`drop table api.${table}`);
  }
}
