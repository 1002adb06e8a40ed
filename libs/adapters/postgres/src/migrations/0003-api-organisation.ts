import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who there is and what they may do: tenants down to projects, clusters, subjects, access rules, signing keys. */
export class ApiOrganisation0003 implements MigrationInterface {
  readonly name = 'ApiOrganisation1760000000003';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create sequence api.org_ids as bigint start 100`);
    await runner.query(`
      create table api.tenants (
        id integer primary key,
        name text not null,
        created_at timestamptz not null default now()
      )`);
    await runner.query(`
      create table api.clusters (
        id uuid primary key,
        tenant_id integer not null references api.tenants,
        name text not null,
        domain text,
        version text,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        last_liveness timestamptz,
        deleted_at timestamptz
      )`);
    await runner.query(`
      create table api.departments (
        id text primary key,
        tenant_id integer not null references api.tenants,
        cluster_id uuid not null references api.clusters,
        name text not null,
        resources json not null default '[]',
        created_by text not null,
        updated_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (cluster_id, name)
      )`);
    await runner.query(`
      create table api.projects (
        id text primary key,
        department_id text not null references api.departments,
        cluster_id uuid not null references api.clusters,
        name text not null,
        namespace text not null,
        default_node_pools json not null default '[]',
        node_types json,
        resources json not null default '[]',
        inference_policy json,
        created_by text not null,
        updated_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (cluster_id, name),
        unique (cluster_id, namespace)
      )`);
    await runner.query(`
      create table api.node_pools (
        id serial primary key,
        cluster_id uuid not null references api.clusters,
        name text not null,
        label_key text not null,
        label_value text not null,
        is_default boolean not null default false,
        placement_strategy json,
        over_provisioning_ratio integer not null default 1,
        created_by text not null,
        updated_by text not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (cluster_id, name)
      )`);
    await runner.query(`
      create table api.data_volumes (
        id uuid primary key,
        project_id text not null references api.projects,
        name text not null,
        claim_name text not null,
        created_by text not null,
        created_at timestamptz not null default now(),
        unique (project_id, name)
      )`);
    await runner.query(`
      create table api.subjects (
        id uuid primary key,
        tenant_id integer not null references api.tenants,
        kind text not null check (kind in ('user', 'app')),
        name text not null,
        client_id text not null unique,
        secret_hash text not null,
        created_by text not null,
        created_at timestamptz not null default now(),
        last_login timestamptz,
        unique (tenant_id, kind, name)
      )`);
    await runner.query(`
      create table api.access_rules (
        id serial primary key,
        tenant_id integer not null references api.tenants,
        subject_id text not null,
        subject_type text not null,
        role_id integer not null,
        scope_type text not null,
        scope_id text not null,
        created_by text not null,
        created_at timestamptz not null default now(),
        unique (subject_id, subject_type, role_id, scope_type, scope_id)
      )`);
    await runner.query(`
      create table api.refresh_tokens (
        hash text primary key,
        subject_id uuid not null references api.subjects on delete cascade,
        expires_at timestamptz not null
      )`);
    await runner.query(`
      create table api.signing_keys (
        kid text primary key,
        private_jwk json not null,
        created_at timestamptz not null default now(),
        retired_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`drop table api.${table}`);
    await runner.query('drop sequence api.org_ids');
  }
}

const TABLES = [
  'signing_keys',
  'refresh_tokens',
  'access_rules',
  'subjects',
  'data_volumes',
  'node_pools',
  'projects',
  'departments',
  'clusters',
  'tenants',
];
