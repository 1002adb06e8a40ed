import type { DataSource, EntitySchema } from 'typeorm';
import { pause } from '@tessera/platform-lifecycle';
import { API_INBOX, API_OUTBOX, SCHEDULER_INBOX, SCHEDULER_OUTBOX } from './entities/messaging';
import { AUDIT_LOG, IDEMPOTENCY_KEYS } from './entities/requests';
import { ACCEPTED_WORKLOADS, ORGANISATION_UNITS } from './entities/scheduler';
import { columnsOf, type Property, tableOf } from './entities/statements';
import {
  USAGE_ACTIVITY,
  USAGE_ALLOCATIONS,
  USAGE_HOURS,
  USAGE_TRAFFIC,
  USAGE_WORKLOADS,
} from './entities/usage';
import {
  ADDRESSES,
  PODS,
  REVISIONS,
  SCALING_ENTRIES,
  WORKLOAD_RECORDS,
  WORKLOADS,
} from './entities/workloads';

/** A retention rule: rows of one kind that are removed once they are old. */
export interface RetentionRule {
  /** Name of the removed rows, for metrics and logs. */
  readonly name: string;
  /** Retention, ms; 0 means forever. */
  readonly retentionMs: number;
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
    if (rule.retentionMs === 0) continue;
    const before = new Date(now - rule.retentionMs).toISOString();
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

/** Stays SQL: a delete in batches, under a lock that is only tried. Its names are those of the entities. */
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

/** A rule for a table with the names of its columns. */
const rule = <Row>(
  table: EntitySchema<Row>,
  {
    key,
    since,
    ...rest
  }: Pick<RetentionRule, 'name' | 'retentionMs' | 'where'> & {
    readonly key?: Property<Row>;
    readonly since: Property<Row>;
  },
): RetentionRule => ({
  ...rest,
  table: tableOf(table),
  ...(key === undefined ? {} : { key: columnsOf(table, [key]) }),
  since: columnsOf(table, [since]),
});

const OUTBOXES = { api: API_OUTBOX, scheduler: SCHEDULER_OUTBOX } as const;
const INBOXES = { api: API_INBOX, scheduler: SCHEDULER_INBOX } as const;

/** Retention rules of the outbox and inbox of a service. */
export const messagingRules = (
  schema: 'api' | 'scheduler',
  { outboxDays, inboxDays }: MessagingRetention,
): readonly RetentionRule[] => [
  rule(OUTBOXES[schema], {
    ...{ name: `${schema} outbox`, retentionMs: days(outboxDays) },
    ...{ key: 'id', since: 'publishedAt' },
  }),
  rule(OUTBOXES[schema], {
    ...{ name: `${schema} parked`, retentionMs: days(inboxDays) },
    ...{ key: 'id', since: 'parkedAt' },
  }),
  rule(INBOXES[schema], { name: `${schema} inbox`, retentionMs: days(inboxDays), since: 'at' }),
];

export interface ApiRetention extends MessagingRetention {
  readonly auditDays: number;
  /** History and scaling timeline of every workload; pods, revisions and rows of deleted workloads. */
  readonly historyDays: number;
  /** Usage by hour, and the allocations that it is computed from. */
  readonly usageDays: number;
  /** Answers stored for idempotency keys, ms. */
  readonly answersMs: number;
}

/** Tables whose rows refer to a workload. */
const OF_WORKLOAD = [
  WORKLOAD_RECORDS,
  SCALING_ENTRIES,
  PODS,
  REVISIONS,
  ADDRESSES,
] as readonly EntitySchema[];

/** Retention rules of the API. A deleted workload is removed after all rows that refer to it. */
export const apiRules = (retention: ApiRetention): readonly RetentionRule[] => {
  const retentionMs = days(retention.historyDays);
  return [
    ...messagingRules('api', retention),
    rule(AUDIT_LOG, { name: 'audit', retentionMs: days(retention.auditDays), key: 'seq', since: 'at' }),
    rule(IDEMPOTENCY_KEYS, { name: 'idempotency', retentionMs: retention.answersMs, since: 'createdAt' }),
    rule(WORKLOAD_RECORDS, { name: 'history', retentionMs, key: 'seq', since: 'createdAt' }),
    rule(SCALING_ENTRIES, { name: 'scaling', retentionMs, key: 'id', since: 'createdAt' }),
    rule(PODS, { name: 'pods', retentionMs, key: 'id', since: 'deletedAt' }),
    rule(REVISIONS, {
      name: 'revisions',
      retentionMs,
      key: 'id',
      since: 'createdAt',
      where: `(exists (select from ${tableOf(REVISIONS)} newer
          where newer.workload_id = old.workload_id and newer.generation > old.generation and newer.created_at < $1::timestamptz)
        or exists (select from ${tableOf(WORKLOADS)} owner
          where owner.id = old.workload_id and owner.deleted_at < $1::timestamptz))`,
    }),
    rule(WORKLOADS, {
      name: 'workloads',
      retentionMs,
      key: 'id',
      since: 'deletedAt',
      where: OF_WORKLOAD.map(
        (table) => `not exists (select from ${tableOf(table)} child where child.workload_id = old.id)`,
      ).join(' and '),
    }),
    ...usageRules(days(retention.usageDays)),
  ];
};

/** An allocation goes only after every hour that is computed from it; a workload after all its rows. */
const usageRules = (retentionMs: number): readonly RetentionRule[] => [
  rule(USAGE_HOURS, { name: 'usage hours', retentionMs, since: 'hour' }),
  rule(USAGE_TRAFFIC, { name: 'usage traffic', retentionMs, since: 'hour' }),
  rule(USAGE_ACTIVITY, { name: 'usage activity', retentionMs, since: 'hour' }),
  rule(USAGE_ALLOCATIONS, { name: 'usage allocations', retentionMs, key: 'podId', since: 'endedAt' }),
  rule(USAGE_WORKLOADS, {
    name: 'usage workloads',
    retentionMs,
    key: 'workloadId',
    since: 'updatedAt',
    where: [USAGE_HOURS, USAGE_TRAFFIC, USAGE_ACTIVITY, USAGE_ALLOCATIONS]
      .map((table) => tableOf(table as EntitySchema))
      .map((table) => `not exists (select from ${table} child where child.workload_id = old.workload_id)`)
      .join(' and '),
  }),
];

export interface SchedulerRetention extends MessagingRetention {
  /** Tombstones: a command that arrives after their removal can recreate the workload. */
  readonly tombstoneDays: number;
}

/** Retention rules of the scheduler: only tombstones of workloads, projects and departments. */
export const schedulerRules = (retention: SchedulerRetention): readonly RetentionRule[] => {
  const retentionMs = days(retention.tombstoneDays);
  return [
    ...messagingRules('scheduler', retention),
    rule(ACCEPTED_WORKLOADS, { name: 'workload tombstones', retentionMs, key: 'id', since: 'deletedAt' }),
    rule(ORGANISATION_UNITS, {
      ...{ name: 'organisation unit tombstones', retentionMs },
      ...{ since: 'updatedAt', where: 'old.removed' },
    }),
  ];
};
