import type { DataSource } from 'typeorm';
import { pause } from '@tessera/platform-lifecycle';

/** A retention rule: rows of one kind that are removed once they are old. */
export interface RetentionRule {
  /** Name of the removed rows, for metrics and logs. */
  readonly name: string;
  /** Retention, ms; 0 means forever. */
  readonly keptMs: number;
  /** Table, with its schema. */
  readonly table: string;
  /** Key column; without it rows are selected by their physical location (ctid). */
  readonly key?: string;
  /** Column with the time that decides the age of a row; indexed. */
  readonly since: string;
  /** Additional condition on a row; the alias of its table is `old`. */
  readonly where?: string;
}

export interface PruneOptions {
  /** Current time, ms since the epoch, by the clock of the process. */
  readonly now: number;
  /** Maximum rows of one statement. */
  readonly batch?: number;
  /** Stops the cleanup after the current statement. */
  readonly signal?: AbortSignal;
  readonly onRemoved?: (name: string, rows: number) => void;
}

const BATCH = 1_000;
/** Delay between two statements, ms, to leave capacity for other work. */
const REST_MS = 20;
/** Without a key column rows are found by location; no concurrent write may move them meanwhile. */
const PLACE = 'ctid';

/**
 * Removes rows that are older than their rule allows, in statements of bounded size; returns the number of removed rows
 * by rule. Only one process works on a rule at a time: each statement takes the lock of its rule, and removes nothing
 * if another process holds it. Rules run in their order, so a parent may follow its children.
 */
export async function pruneExpired(
  dataSource: DataSource,
  rules: readonly RetentionRule[],
  { now, batch = BATCH, signal, onRemoved }: PruneOptions,
): Promise<Readonly<Record<string, number>>> {
  const removed: Record<string, number> = {};
  for (const rule of rules) {
    if (rule.keptMs === 0) continue;
    const before = new Date(now - rule.keptMs).toISOString();
    for (;;) {
      if (signal?.aborted) return removed;
      const [, rows]: [unknown, number] = await dataSource.query(statementOf(rule), [
        before,
        batch,
        rule.name,
      ]);
      removed[rule.name] = (removed[rule.name] ?? 0) + rows;
      if (rows > 0) onRemoved?.(rule.name, rows);
      if (rows < batch) break;
      await pause(REST_MS, signal);
    }
  }
  return removed;
}

const statementOf = ({ table, key = PLACE, since, where = 'true' }: RetentionRule): string =>
  `delete from ${table} where (select pg_try_advisory_xact_lock(hashtextextended($3, 30))) and ${key} = any(array(
     select old.${key} from ${table} old where old.${since} < $1::timestamptz and ${where} order by old.${since} limit $2))`;

const DAY_MS = 24 * 3600_000;
const days = (count: number): number => count * DAY_MS;

/** Retention in days; 0 means forever. */
export interface MessagingRetention {
  /** Published rows of the outbox. */
  readonly outboxDays: number;
  /** Ids of handled events, for detecting duplicates; also parked rows that no topic accepted. */
  readonly inboxDays: number;
}

/** Retention rules of the outbox and inbox of a service. */
export const messagingRules = (
  schema: 'api' | 'scheduler',
  { outboxDays, inboxDays }: MessagingRetention,
): readonly RetentionRule[] => [
  {
    name: `${schema} outbox`,
    keptMs: days(outboxDays),
    table: `${schema}.outbox`,
    key: 'id',
    since: 'published_at',
  },
  {
    name: `${schema} parked`,
    keptMs: days(inboxDays),
    table: `${schema}.outbox`,
    key: 'id',
    since: 'parked_at',
  },
  { name: `${schema} inbox`, keptMs: days(inboxDays), table: `${schema}.inbox`, since: 'at' },
];

export interface ApiRetention extends MessagingRetention {
  readonly auditDays: number;
  /** History and scaling timeline of every workload; pods, revisions and rows of deleted workloads. */
  readonly historyDays: number;
  /** Answers stored for idempotency keys, ms. */
  readonly answersMs: number;
}

/** Retention rules of the API. A deleted workload is removed after all rows that refer to it. */
export const apiRules = (kept: ApiRetention): readonly RetentionRule[] => {
  const history = days(kept.historyDays);
  return [
    ...messagingRules('api', kept),
    { name: 'audit', keptMs: days(kept.auditDays), table: 'api.audit_log', key: 'seq', since: 'at' },
    { name: 'idempotency', keptMs: kept.answersMs, table: 'api.idempotency_keys', since: 'created_at' },
    { name: 'history', keptMs: history, table: 'api.workload_records', key: 'seq', since: 'created_at' },
    { name: 'scaling', keptMs: history, table: 'api.scaling_entries', key: 'id', since: 'created_at' },
    { name: 'pods', keptMs: history, table: 'api.pods', key: 'id', since: 'deleted_at' },
    {
      name: 'revisions',
      keptMs: history,
      table: 'api.revisions',
      key: 'id',
      since: 'created_at',
      where: `(exists (select from api.revisions newer
          where newer.workload_id = old.workload_id and newer.generation > old.generation and newer.created_at < $1::timestamptz)
        or exists (select from api.workloads gone where gone.id = old.workload_id and gone.deleted_at < $1::timestamptz))`,
    },
    {
      name: 'workloads',
      keptMs: history,
      table: 'api.workloads',
      key: 'id',
      since: 'deleted_at',
      where: ['workload_records', 'scaling_entries', 'pods', 'revisions', 'addresses']
        .map((table) => `not exists (select from api.${table} child where child.workload_id = old.id)`)
        .join(' and '),
    },
  ];
};

export interface SchedulerRetention extends MessagingRetention {
  /** Tombstones: a command that arrives after their removal can recreate the workload. */
  readonly goneDays: number;
}

/** Retention rules of the scheduler: only tombstones of workloads, projects and departments. */
export const schedulerRules = (kept: SchedulerRetention): readonly RetentionRule[] => [
  ...messagingRules('scheduler', kept),
  {
    name: 'gone workloads',
    keptMs: days(kept.goneDays),
    table: 'scheduler.workloads',
    key: 'id',
    since: 'gone_at',
  },
  {
    name: 'gone organisation units',
    keptMs: days(kept.goneDays),
    table: 'scheduler.organisation_units',
    since: 'updated_at',
    where: 'old.removed',
  },
];
