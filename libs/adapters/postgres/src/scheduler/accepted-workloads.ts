import type { DataSource, EntityManager } from 'typeorm';
import type { OutgoingRecord } from '@tessera/application-messaging';
import {
  NotLeadingError,
  type AcceptedWorkload,
  type AcceptedWorkloads,
  type DecideChange,
  type WorkloadTrace,
} from '@tessera/application-reconciliation';
import type { WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import type { References } from '@tessera/domain-workload';
import { Grouped } from '../grouped';
import { claimEvents } from '../inbox';
import { OutboxBell, writeOutbox } from '../outbox';
import { poolOf } from '../prepared';
import { LEASE_KEY, type LeaseFence } from './lease-fence';
import { inTransactionSpan } from '../transaction-span';
import { isDatabaseUnavailable } from '../unavailable';

/** Name under which the scheduler's command consumer claims events. */
const CONSUMER = 'commands';

/** Transactions of commands at once; what is asked for meanwhile goes together in the next ones. */
const COMMANDS_AT_ONCE = 2;
/** Of states one: the more of them go together, the less each costs, and nobody waits for them. */
const STATES_AT_ONCE = 1;
/** Changes of one transaction at most; each takes a lock of the server's table of them. */
const TOGETHER = 100;

interface Change {
  readonly workloadId: string;
  readonly decide: DecideChange;
  readonly eventId?: string;
}

interface Row {
  readonly id: string;
  readonly ref: WorkloadRef;
  readonly generation: number;
  readonly created_by: string;
  readonly created_at: string;
  readonly default_node_pools: readonly string[];
  readonly spec: Readonly<Record<string, unknown>>;
  readonly removed: boolean;
  readonly gone: boolean;
  readonly sequence: string;
  readonly state: WorkloadState;
  readonly trace: WorkloadTrace | null;
  readonly stands_for: References | null;
}

/**
 * Accepted workloads of one cluster in the schema `scheduler`, which schedulers of several clusters may share. The row is
 * locked for a change, so facts are numbered in order.
 */
export class PostgresAcceptedWorkloads implements AcceptedWorkloads {
  private readonly bell: OutboxBell;
  private readonly states = this.grouped(STATES_AT_ONCE);
  /** Somebody waits for what a command asks for: it does not wait behind what is told of others. */
  private readonly commands = this.grouped(COMMANDS_AT_ONCE);

  constructor(
    private readonly dataSource: DataSource,
    private readonly clusterId: string,
    /** Without one, whoever calls may write. */
    private readonly fence?: LeaseFence,
  ) {
    this.bell = new OutboxBell(poolOf(dataSource), 'scheduler');
  }

  change(workloadId: string, decide: DecideChange, eventId?: string): Promise<boolean> {
    return inTransactionSpan('scheduler', 'change workload', () =>
      eventId === undefined
        ? this.states.add({ workloadId, decide })
        : this.commands.add({ workloadId, decide, eventId }),
    );
  }

  async load(workloadIds: readonly string[]): Promise<readonly AcceptedWorkload[]> {
    const rows: Row[] = await this.dataSource.query(
      'select * from scheduler.workloads where id = any($1::uuid[])',
      [workloadIds],
    );
    return rows.map(toWorkload);
  }

  async active(): Promise<readonly string[]> {
    const rows: { id: string }[] = await this.dataSource.query(
      `select id from scheduler.workloads where not gone and ref->>'clusterId' = $1`,
      [this.clusterId],
    );
    return rows.map(({ id }) => id);
  }

  private grouped(atOnce: number): Grouped<Change, boolean> {
    return new Grouped({
      run: (changes) => this.changeAll(changes),
      isUnavailable: (error) => error instanceof NotLeadingError || isDatabaseUnavailable(error),
      atOnce,
      most: TOGETHER,
    });
  }

  /** All changes in one transaction: nearly as dear as that of one alone. */
  private async changeAll(changes: readonly Change[]): Promise<readonly boolean[]> {
    let wrote = false;
    const applied = await this.dataSource.transaction(async (tx) => {
      wrote = false;
      const fresh = await claimed(tx, changes);
      const ids = [...new Set(changes.filter(fresh).map(({ workloadId }) => workloadId))];
      const rows = ids.length === 0 ? new Map<string, AcceptedWorkload>() : await this.lock(tx, ids);
      const changed = new Map<string, AcceptedWorkload>();
      const records: OutgoingRecord[] = [];
      for (const { workloadId, decide } of changes.filter(fresh)) {
        const change = decide(changed.get(workloadId) ?? rows.get(workloadId));
        if (change === undefined) continue;
        changed.set(workloadId, change.workload);
        records.push(...change.records);
      }
      await save(tx, [...changed.values()]);
      await writeOutbox(tx, 'scheduler', records);
      wrote = records.length > 0;
      return changes.map(fresh);
    });
    if (wrote) this.bell.ring();
    return applied;
  }

  /**
   * The locks also hold for workloads that have no row yet, so that two first commands cannot race; they are taken in one
   * order by everybody. The epoch is read with the rows, after the locks: no statement more for the fence.
   */
  private async lock(
    tx: EntityManager,
    workloadIds: readonly string[],
  ): Promise<ReadonlyMap<string, AcceptedWorkload>> {
    const lease = this.fence?.lease ?? '';
    await tx.query(
      `with keys as materialized (
         select distinct hashtextextended(id, 0) as key from unnest($2::text[]) as asked (id) order by key
       )
       select pg_advisory_xact_lock_shared(${LEASE_KEY}), (select count(pg_advisory_xact_lock(key)) from keys)`,
      [lease, workloadIds],
    );
    const rows: (Row & { readonly epoch: string | null })[] = await tx.query(
      `select workloads.*, (select epoch from scheduler.leadership where lease = $1) as epoch
       from unnest($2::uuid[]) as asked (key) left join scheduler.workloads on workloads.id = asked.key`,
      [lease, workloadIds],
    );
    this.fence?.demand(Number(rows[0]?.epoch ?? 0));
    return new Map(
      rows.filter(({ id }) => (id as string | null) !== null).map((row) => [row.id, toWorkload(row)]),
    );
  }
}

/** Whether the event of a change is new here; one without an event always is. */
async function claimed(tx: EntityManager, changes: readonly Change[]): Promise<(change: Change) => boolean> {
  const ids = changes.flatMap(({ eventId }) => eventId ?? []);
  if (ids.length === 0) return () => true;
  const fresh = await claimEvents(tx, 'scheduler', CONSUMER, [...new Set(ids)].sort());
  const first = new Map<string, Change>();
  for (const change of changes)
    if (change.eventId !== undefined && !first.has(change.eventId)) first.set(change.eventId, change);
  return (change) =>
    change.eventId === undefined || (fresh.has(change.eventId) && first.get(change.eventId) === change);
}

async function save(tx: EntityManager, workloads: readonly AcceptedWorkload[]): Promise<void> {
  if (workloads.length === 0) return;
  await tx.query(
    `insert into scheduler.workloads
       (id, ref, generation, created_by, created_at, default_node_pools, spec, removed, gone, sequence, state,
        trace, stands_for)
     select (r->'ref'->>'workloadId')::uuid, (r->'ref')::jsonb, (r->>'generation')::integer, r->>'createdBy',
       r->>'createdAt', (r->'defaultNodePools')::jsonb, (r->'spec')::jsonb, (r->>'removed')::boolean,
       (r->>'gone')::boolean, (r->>'sequence')::bigint, (r->'state')::jsonb, (r->'trace')::jsonb,
       (r->'references')::jsonb
     from json_array_elements($1::json) as given (r)
     on conflict (id) do update set ref = excluded.ref, generation = excluded.generation, created_by = excluded.created_by,
       created_at = excluded.created_at, default_node_pools = excluded.default_node_pools, spec = excluded.spec,
       removed = excluded.removed, gone = excluded.gone, sequence = excluded.sequence, state = excluded.state,
       trace = excluded.trace, stands_for = excluded.stands_for,
       updated_at = now()`,
    [JSON.stringify(workloads)],
  );
}

const toWorkload = (row: Row): AcceptedWorkload => ({
  ref: row.ref,
  generation: row.generation,
  createdBy: row.created_by,
  createdAt: row.created_at,
  defaultNodePools: row.default_node_pools,
  spec: row.spec,
  removed: row.removed,
  gone: row.gone,
  sequence: Number(row.sequence),
  state: row.state,
  ...(row.stands_for === null ? {} : { references: row.stands_for }),
  ...(row.trace === null ? {} : { trace: row.trace }),
});
