import type { DataSource } from 'typeorm';
import { pause } from '@tessera/platform-lifecycle';

/** Rows of one kind that are removed once they are old. */
export interface RetentionRule {
  /** What is removed, for metrics and logs. */
  readonly name: string;
  /** How long it is kept, ms; 0 keeps it for ever. */
  readonly keptMs: number;
  /** Table, with its schema. */
  readonly table: string;
  /** Column that names a row, unless the rows are chosen by their place in the table. */
  readonly key?: string;
  /** Time by which a row is old; indexed. */
  readonly since: string;
  /** What else has to hold of a row; its table is named `old` here. */
  readonly where?: string;
}

export interface PruneOptions {
  /** Milliseconds since the epoch, by the clock of the process. */
  readonly now: number;
  /** Rows of one statement at most. */
  readonly batch?: number;
  /** Ends it after the statement in hand. */
  readonly signal?: AbortSignal;
  readonly onRemoved?: (name: string, rows: number) => void;
}

const BATCH = 1_000;
/** Rest between two statements, ms: others get their turn. */
const REST_MS = 20;
/** A row that cannot be found by an index scan of its own is found by its place; nobody else may move it meanwhile. */
const PLACE = 'ctid';

/**
 * Removes what is older than its rule allows, in statements of bounded size; gives the rows removed by rule. Of several
 * processes one works at a time: each statement takes the lock of its rule for itself, and removes nothing where another has
 * it. Rules are worked through in their order, so a parent may follow its children.
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

/** Days that rows are kept, each 0 to keep them for ever. */
export interface MessagingRetention {
  /** Rows of the outbox after they were published. */
  readonly outboxDays: number;
  /** Events that were handled, so that a copy counts once; rows that no topic takes as long. */
  readonly inboxDays: number;
}

/** What outbox and inbox of a service leave behind. */
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
  /** History of every workload; pods, revisions and the row itself of those that are gone. */
  readonly historyDays: number;
  /** Answers kept for idempotency keys, ms. */
  readonly answersMs: number;
}

/** What the API forgets. A deleted workload goes after all that refers to it. */
export const apiRules = (kept: ApiRetention): readonly RetentionRule[] => {
  const history = days(kept.historyDays);
  return [
    ...messagingRules('api', kept),
    { name: 'audit', keptMs: days(kept.auditDays), table: 'api.audit_log', key: 'seq', since: 'at' },
    { name: 'idempotency', keptMs: kept.answersMs, table: 'api.idempotency_keys', since: 'created_at' },
    { name: 'history', keptMs: history, table: 'api.workload_records', key: 'seq', since: 'created_at' },
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
      where: ['workload_records', 'pods', 'revisions', 'addresses']
        .map((table) => `not exists (select from api.${table} child where child.workload_id = old.id)`)
        .join(' and '),
    },
  ];
};

export interface SchedulerRetention extends MessagingRetention {
  /** Tombstones: a command that comes later than that brings a workload back to life. */
  readonly goneDays: number;
}

/** What the scheduler forgets: of workloads, projects and departments only those that are gone. */
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
    name: 'gone units',
    keptMs: days(kept.goneDays),
    table: 'scheduler.units',
    since: 'updated_at',
    where: 'old.removed',
  },
];
