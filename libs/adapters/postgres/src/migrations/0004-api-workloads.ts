import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Workloads with their history, pods and revisions; idempotency keys; the audit log. Specs are `json`, not `jsonb`: they
 * come back exactly as they were sent.
 */
export class ApiWorkloads0004 implements MigrationInterface {
  readonly name = 'ApiWorkloads1760000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table api.workloads (
        id uuid primary key,
        tenant_id integer not null,
        cluster_id uuid not null,
        department_id text not null,
        department_name text not null,
        project_id text not null references api.projects,
        project_name text not null,
        namespace text not null,
        default_node_pools json not null,
        name text not null,
        requested_name text not null,
        created_by text not null,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        deleted_at timestamptz,
        completed_at timestamptz,
        generation integer not null,
        desired_phase text not null,
        phase text not null,
        phase_message text not null,
        phase_updated_at timestamptz not null,
        spec json,
        effective_spec json not null,
        summary json not null,
        observed json not null,
        allocated_milli_gpu integer not null,
        node_pools text[] not null,
        sequence bigint not null
      )`);
    await runner.query(
      'create unique index workloads_name on api.workloads (project_id, name) where deleted_at is null',
    );
    await runner.query(
      'create index workloads_living on api.workloads (created_at, id) where deleted_at is null',
    );
    await runner.query(
      'create index workloads_gone on api.workloads (created_at, id) where deleted_at is not null',
    );
    await runner.query(`
      create table api.workload_records (
        seq bigserial primary key,
        id uuid not null,
        workload_id uuid not null references api.workloads,
        created_at timestamptz not null,
        kind text not null check (kind in ('phase', 'event')),
        body json not null
      )`);
    await runner.query(
      'create index workload_records_of on api.workload_records (workload_id, created_at, seq)',
    );
    await runner.query(`
      create table api.pods (
        id uuid primary key,
        workload_id uuid not null references api.workloads,
        created_at timestamptz not null,
        updated_at timestamptz not null,
        completed_at timestamptz,
        deleted_at timestamptz,
        node_name text,
        node_pool text,
        state json not null
      )`);
    await runner.query('create index pods_of on api.pods (workload_id, created_at, id)');
    await runner.query('create index pods_living on api.pods (created_at, id) where deleted_at is null');
    await runner.query(`
      create table api.revisions (
        id uuid primary key,
        workload_id uuid not null references api.workloads,
        generation integer not null,
        created_at timestamptz not null,
        spec json not null,
        unique (workload_id, generation)
      )`);
    await runner.query(`
      create table api.idempotency_keys (
        subject_id text not null,
        key text not null,
        body_hash text not null,
        answer json not null,
        created_at timestamptz not null,
        primary key (subject_id, key)
      )`);
    await runner.query(`
      create table api.audit_log (
        seq bigserial primary key,
        at timestamptz not null,
        subject_id text not null,
        subject_name text not null,
        address text not null,
        request_id text not null,
        operation text not null,
        target text not null,
        status integer not null
      )`);
    await runner.query('create index audit_log_at on api.audit_log (at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'audit_log',
      'idempotency_keys',
      'revisions',
      'pods',
      'workload_records',
      'workloads',
    ])
      await runner.query(`drop table api.${table}`);
  }
}
