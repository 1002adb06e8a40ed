import type { DataSource, EntityManager } from 'typeorm';
import type {
  AcceptedWorkload,
  AcceptedWorkloads,
  DecideChange,
  WorkloadTrace,
} from '@tessera/application-reconciliation';
import type { WorkloadRef, WorkloadState } from '@tessera/contracts-events';
import { claimEvent } from '../inbox';
import { OutboxBell, writeOutbox } from '../outbox';
import { poolOf } from '../prepared';
import { LEASE_KEY, type LeaseFence } from './lease-fence';
import { inTransactionSpan } from '../transaction-span';

/** Name under which the scheduler's command consumer claims events. */
const CONSUMER = 'commands';

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
}

/**
 * Accepted workloads of one cluster in the schema `scheduler`, which schedulers of several clusters may share. The row is
 * locked for a change, so facts are numbered in order.
 */
export class PostgresAcceptedWorkloads implements AcceptedWorkloads {
  private readonly bell: OutboxBell;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clusterId: string,
    /** Without one, whoever calls may write. */
    private readonly fence?: LeaseFence,
  ) {
    this.bell = new OutboxBell(poolOf(dataSource), 'scheduler');
  }

  async change(workloadId: string, decide: DecideChange, eventId?: string): Promise<boolean> {
    let wrote = false;
    const applied = await inTransactionSpan('scheduler', 'change workload', () =>
      this.dataSource.transaction(async (tx) => {
        wrote = false;
        if (eventId !== undefined && !(await claimEvent(tx, 'scheduler', CONSUMER, eventId))) return false;
        const change = decide(await this.lock(tx, workloadId));
        if (change === undefined) return true;
        await save(tx, change.workload);
        await writeOutbox(tx, 'scheduler', change.records);
        wrote = change.records.length > 0;
        return true;
      }),
    );
    if (wrote) this.bell.ring();
    return applied;
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

  /**
   * The lock also holds for a workload that has no row yet, so that two first commands cannot race. The epoch is read with
   * the row, after the locks: no statement more for the fence.
   */
  private async lock(tx: EntityManager, workloadId: string): Promise<AcceptedWorkload | undefined> {
    const lease = this.fence?.lease ?? '';
    await tx.query(
      `select pg_advisory_xact_lock_shared(${LEASE_KEY}), pg_advisory_xact_lock(hashtextextended($2, 0))`,
      [lease, workloadId],
    );
    const [row]: (Row & { readonly epoch: string | null })[] = await tx.query(
      `select workloads.*, (select epoch from scheduler.leadership where lease = $1) as epoch
       from (values ($2::uuid)) as asked (key) left join scheduler.workloads on workloads.id = asked.key`,
      [lease, workloadId],
    );
    this.fence?.demand(Number(row?.epoch ?? 0));
    return row === undefined || (row.id as string | null) === null ? undefined : toWorkload(row);
  }
}

async function save(tx: EntityManager, workload: AcceptedWorkload): Promise<void> {
  await tx.query(
    `insert into scheduler.workloads
       (id, ref, generation, created_by, created_at, default_node_pools, spec, removed, gone, sequence, state,
        trace)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
     on conflict (id) do update set ref = excluded.ref, generation = excluded.generation, created_by = excluded.created_by,
       created_at = excluded.created_at, default_node_pools = excluded.default_node_pools, spec = excluded.spec,
       removed = excluded.removed, gone = excluded.gone, sequence = excluded.sequence, state = excluded.state,
       trace = excluded.trace,
       updated_at = now()`,
    [
      workload.ref.workloadId,
      JSON.stringify(workload.ref),
      workload.generation,
      workload.createdBy,
      workload.createdAt,
      JSON.stringify(workload.defaultNodePools),
      JSON.stringify(workload.spec),
      workload.removed,
      workload.gone,
      workload.sequence,
      JSON.stringify(workload.state),
      workload.trace === undefined ? null : JSON.stringify(workload.trace),
    ],
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
  ...(row.trace === null ? {} : { trace: row.trace }),
});
