import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Usage: what pods held, the hours derived from it, and up to when they are. */
export class Usage0027 implements MigrationInterface {
  readonly name = 'Usage1760000000027';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.usage_workloads (
        workload_id uuid primary key,
        tenant_id integer not null references api.tenants,
        cluster_id uuid not null references api.clusters,
        department_id text not null,
        department_name text not null,
        project_id text not null,
        project_name text not null,
        name text not null,
        updated_at timestamptz not null default now()
      )`);
    await runner.query('create index usage_workloads_updated on api.usage_workloads (updated_at)');
    await runner.query(`
      create table api.usage_allocations (
        pod_id uuid primary key,
        workload_id uuid not null references api.usage_workloads,
        node_pool text not null,
        gpu_type text not null,
        mig_profile text not null,
        milli_gpu integer not null,
        started_at timestamptz not null,
        ended_at timestamptz,
        held_sequence bigint not null,
        released_at timestamptz,
        released_sequence bigint,
        missed_at timestamptz,
        missed_sequence bigint
      )`);
    await runner.query('create index usage_allocations_ended on api.usage_allocations (ended_at)');
    await runner.query('create index usage_allocations_by_workload on api.usage_allocations (workload_id)');
    await runner.query(`
      create table api.usage_hours (
        hour timestamptz not null,
        workload_id uuid not null references api.usage_workloads,
        node_pool text not null,
        gpu_type text not null,
        mig_profile text not null,
        gpu_time bigint not null,
        primary key (hour, workload_id, node_pool, gpu_type, mig_profile)
      )`);
    await runner.query('create index usage_hours_by_workload on api.usage_hours (workload_id, hour)');
    await runner.query('create table api.usage_settled (id integer primary key, until timestamptz not null)');
    await runner.query(`insert into api.usage_settled (id, until) values (1, 'epoch')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['usage_settled', 'usage_hours', 'usage_allocations', 'usage_workloads'])
      await runner.query(`drop table api.${table}`);
  }
}
