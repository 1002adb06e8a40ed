import { randomUUID } from 'node:crypto';
import { migratedDatabase, type TestDatabase } from '@tessera/testing-services';
import type { DataSource } from 'typeorm';
import { seedLocalOrganisation } from './api/seed';
import { openDatabase } from './data-source';
import { migrate } from './migrate';
import { apiRules, pruneExpired, schedulerRules, type RetentionRule } from './retention';

const DAY_MS = 24 * 3600_000;
const NOW = Date.parse('2026-06-01T00:00:00.000Z');
const daysAgo = (days: number): string => new Date(NOW - days * DAY_MS).toISOString();

const KEPT = {
  outboxDays: 1,
  inboxDays: 35,
  auditDays: 365,
  historyDays: 90,
  usageDays: 400,
  answersMs: DAY_MS,
};

describe('what is old', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  beforeAll(async () => {
    database = await migratedDatabase(migrate);
    dataSource = await openDatabase({ url: database.url, pool: 4, applicationName: 'retention-test' });
    await seedLocalOrganisation(dataSource, 'pool');
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });
  afterEach(() =>
    dataSource.query(`truncate api.workloads, api.workload_records, api.scaling_entries, api.pods, api.revisions, api.addresses,
      api.audit_log, api.idempotency_keys, api.outbox, api.inbox, scheduler.workloads, scheduler.organisation_units cascade`),
  );

  const workload = async (createdDaysAgo: number, deletedDaysAgo?: number): Promise<string> => {
    const id = randomUUID();
    await dataSource.query(
      `insert into api.workloads (id, tenant_id, cluster_id, department_id, department_name, project_id, project_name,
         namespace, default_node_pools, name, requested_name, created_by, created_at, updated_at, deleted_at, generation,
         desired_phase, phase, phase_message, phase_updated_at, effective_spec, summary, observed, allocated_milli_gpu,
         node_pools, sequence)
       select $1::uuid, 1, cluster_id, department_id, '', id, name, namespace, '[]', $1::uuid::text, '', '', $2, $2, $3, 1, '', '', '', $2,
         '{}', '{}', '{}', 0, '{}', 1 from api.projects order by id limit 1`,
      [id, daysAgo(createdDaysAgo), deletedDaysAgo === undefined ? null : daysAgo(deletedDaysAgo)],
    );
    return id;
  };
  const history = (id: string, days: number) =>
    dataSource.query(
      `insert into api.workload_records (id, workload_id, created_at, kind, body) values (gen_random_uuid(), $1, $2, 'event', '{}')`,
      [id, daysAgo(days)],
    );
  const scaling = (id: string, days: number) =>
    dataSource.query(
      `insert into api.scaling_entries (id, workload_id, created_at, sequence, kind, body)
       values (gen_random_uuid(), $1, $2, 1, 'decision', '{}')`,
      [id, daysAgo(days)],
    );
  const pod = (id: string, days: number, deletedDays?: number) =>
    dataSource.query(
      `insert into api.pods (id, workload_id, created_at, updated_at, deleted_at, state)
       values (gen_random_uuid(), $1, $2, $2, $3, '{}')`,
      [id, daysAgo(days), deletedDays === undefined ? null : daysAgo(deletedDays)],
    );
  const revision = (id: string, generation: number, days: number) =>
    dataSource.query(
      `insert into api.revisions (id, workload_id, generation, created_at, spec) values (gen_random_uuid(), $1, $2, $3, '{}')`,
      [id, generation, daysAgo(days)],
    );
  const count = async (what: string): Promise<number> => {
    const [found]: { count: number }[] = await dataSource.query(`select count(*)::int as count from ${what}`);
    return found?.count ?? 0;
  };
  const prune = (rules: readonly RetentionRule[] = apiRules(KEPT), batch = 1_000) =>
    pruneExpired(dataSource, rules, { now: NOW, batch });

  it('goes, of a deleted workload, with everything that refers to it', async () => {
    const id = await workload(200, 91);
    for (const days of [200, 150, 92]) await history(id, days);
    await scaling(id, 91);
    await pod(id, 200, 91);
    await revision(id, 1, 200);
    await revision(id, 2, 120);
    expect(await prune()).toMatchObject({ history: 3, scaling: 1, pods: 1, revisions: 2, workloads: 1 });
    expect(await count('api.workloads')).toBe(0);
  });

  it('stays where it is younger: a deleted workload still answers with its history', async () => {
    const id = await workload(200, 89);
    await history(id, 89);
    await scaling(id, 89);
    await pod(id, 200, 89);
    await revision(id, 1, 200);
    expect(await prune()).toMatchObject({ history: 0, scaling: 0, pods: 0, revisions: 0, workloads: 0 });
    expect(await count(`api.workload_records where workload_id = '${id}'`)).toBe(1);
  });

  it('of a living workload is its past alone: it keeps its row, living pods and newest old revision', async () => {
    const id = await workload(400);
    for (const days of [400, 100, 10]) await history(id, days);
    for (const days of [100, 10]) await scaling(id, days);
    await pod(id, 400);
    await pod(id, 300, 200);
    for (const [generation, days] of [
      [1, 400],
      [2, 300],
      [3, 200],
    ] as const)
      await revision(id, generation, days);
    expect(await prune()).toMatchObject({ history: 2, scaling: 1, pods: 1, revisions: 2, workloads: 0 });
    const left: { generation: number }[] = await dataSource.query('select generation from api.revisions');
    expect(left).toEqual([{ generation: 3 }]);
    expect(await count('api.pods where deleted_at is null')).toBe(1);
  });

  it('of audit, idempotency keys, inbox and outbox goes by the age of each; what was not published stays', async () => {
    await dataSource.query(
      `insert into api.audit_log (at, subject_id, subject_name, address, request_id, operation, target, status)
       select at, '', '', '', '', '', '', 200 from unnest($1::timestamptz[]) as at`,
      [[daysAgo(366), daysAgo(364)]],
    );
    await dataSource.query(
      `insert into api.idempotency_keys (subject_id, key, body_hash, answer, created_at)
       select 's', at::text, '', '{}', at from unnest($1::timestamptz[]) as at`,
      [[daysAgo(2), daysAgo(0.5)]],
    );
    await dataSource.query(
      `insert into api.inbox (consumer, event_id, at) select 'c', at::text, at from unnest($1::timestamptz[]) as at`,
      [[daysAgo(36), daysAgo(34)]],
    );
    await dataSource.query(
      `insert into api.outbox (topic, key, headers, created_at, published_at, parked_at)
       values ('t', 'k', '{}', $1, $2, null), ('t', 'k', '{}', $1, $3, null), ('t', 'k', '{}', $1, null, null),
         ('t', 'k', '{}', $1, null, $1), ('t', 'k', '{}', $1, null, $2)`,
      [daysAgo(100), daysAgo(2), daysAgo(0.5)],
    );
    expect(await prune()).toMatchObject({
      ...{ audit: 1, idempotency: 1, 'api inbox': 1, 'api outbox': 1, 'api parked': 1 },
    });
    expect(await count('api.audit_log')).toBe(1);
    expect(await count('api.outbox')).toBe(3);
    expect(await count('api.outbox where published_at is null and parked_at is null')).toBe(1);
  });

  it('is removed in statements of bounded size until nothing is left', async () => {
    const id = await workload(400);
    for (let number = 0; number < 25; number += 1) await history(id, 100 + number);
    const sizes: number[] = [];
    await pruneExpired(dataSource, apiRules(KEPT), {
      now: NOW,
      batch: 10,
      onRemoved: (name, rows) => void sizes.push(name === 'history' ? rows : 0),
    });
    expect(sizes.filter((size) => size > 0)).toEqual([10, 10, 5]);
  });

  it('is kept forever if the days are 0', async () => {
    const id = await workload(5_000, 4_000);
    await history(id, 5_000);
    const removed = await prune(
      apiRules({ outboxDays: 0, inboxDays: 0, auditDays: 0, historyDays: 0, usageDays: 0, answersMs: 0 }),
    );
    expect(removed).toEqual({});
    expect(await count('api.workloads')).toBe(1);
  });

  it('is removed by one process at a time', async () => {
    const id = await workload(400);
    await history(id, 400);
    const other = dataSource.createQueryRunner();
    await other.startTransaction();
    await other.query(`select pg_advisory_xact_lock(hashtextextended('history', 30))`);
    expect(await prune()).toMatchObject({ history: 0 });
    await other.commitTransaction();
    await other.release();
    expect(await prune()).toMatchObject({ history: 1 });
  });

  it('is remembered by the scheduler for as long as a late command may come, and longer of the living', async () => {
    const insert = (deleted: boolean, days: number) =>
      dataSource.query(
        `insert into scheduler.workloads (id, ref, generation, created_by, created_at, default_node_pools, spec, removed, deleted,
           sequence, state, updated_at) values (gen_random_uuid(), '{}', 1, '', '', '[]', '{}', $1, $1, 1, '{}', $2)`,
        [deleted, daysAgo(days)],
      );
    await insert(true, 36);
    await insert(true, 34);
    await insert(false, 400);
    await dataSource.query(
      `insert into scheduler.organisation_units (scope, id, name, version, removed, deserved, updated_at)
       values ('project', '1', '', 1, true, '[]', $1), ('project', '2', '', 1, false, '[]', $1)`,
      [daysAgo(36)],
    );
    const removed = await prune(schedulerRules({ outboxDays: 1, inboxDays: 35, tombstoneDays: 35 }));
    expect(removed).toMatchObject({ 'workload tombstones': 1, 'organisation unit tombstones': 1 });
    expect(await count('scheduler.workloads')).toBe(2);
    expect(await count('scheduler.organisation_units')).toBe(1);
  });

  it('is found by an index, not by a sequential scan', async () => {
    const id = await workload(1);
    await dataSource.query(
      `insert into api.workload_records (id, workload_id, created_at, kind, body)
       select gen_random_uuid(), $1, now(), 'event', '{}' from generate_series(1, 5000)`,
      [id],
    );
    await dataSource.query(
      `insert into scheduler.workloads (id, ref, generation, created_by, created_at, default_node_pools, spec, removed, deleted,
         sequence, state) select gen_random_uuid(), '{}', 1, '', '', '[]', '{}', false, false, 1, '{}' from generate_series(1, 5000)`,
    );
    await dataSource.query(
      `insert into api.scaling_entries (id, workload_id, created_at, sequence, kind, body)
       select gen_random_uuid(), $1, now(), 1, 'decision', '{}' from generate_series(1, 5000)`,
      [id],
    );
    await dataSource.query('analyze api.workload_records, api.scaling_entries, scheduler.workloads');
    for (const [table, since] of [
      ['api.workload_records', 'created_at'],
      ['api.scaling_entries', 'created_at'],
      ['scheduler.workloads', 'deleted_at'],
    ]) {
      const plan: Record<string, string>[] = await dataSource.query(
        `explain select * from ${table} where ${since} < '${daysAgo(90)}' order by ${since} limit 1000`,
      );
      expect(JSON.stringify(plan)).toMatch(/Index/);
    }
  });
});
