import type { Pool } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import type { OutgoingRecord } from '@tessera/application-messaging';
import {
  NotLeadingError,
  type AcceptedWorkload,
  type AcceptedWorkloads,
  type DecideChange,
} from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import { BatchExecutor } from '../batch-executor';
import { claimEvents } from '../inbox';
import { OutboxNotifier, writeOutbox } from '../outbox';
import { poolOf, rowsOf, type Prepared } from '../prepared';
import { LEASE_KEY, type LeaseFence } from './lease-fence';
import { inTransactionSpan } from '../transaction-span';
import { isDatabaseUnavailable } from '../unavailable';
import {
  isOfState,
  writeNew,
  writeStates,
  type FirstChange,
  type ReadChange,
  type Written,
} from './single-statement-writes';
import { SAVE, toWorkload, type WorkloadRow } from './workload-row';

/** Name under which the scheduler's command consumer claims events. */
const CONSUMER = 'commands';

const LOAD: Prepared = {
  name: 'load workloads',
  text: `select * from scheduler.workloads where id = any($1::uuid[]) and ref->>'clusterId' = $2`,
};
const REFS: Prepared = {
  name: 'refs of workloads',
  text: `select ref from scheduler.workloads where not gone and ref->>'clusterId' = $1`,
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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
  /** The row as it was read a moment ago. */
  readonly read?: AcceptedWorkload;
}

/**
 * Accepted workloads of one cluster in the schema `scheduler`, which schedulers of several clusters may share. The row is
 * locked for a change, so facts are numbered in order.
 */
export class PostgresAcceptedWorkloads implements AcceptedWorkloads {
  private readonly pool: Pool;
  private readonly notifier: OutboxNotifier;
  private readonly states = this.batchExecutor(STATES_AT_ONCE);
  /** Somebody waits for what a command asks for: it does not wait behind what is told of others. */
  private readonly commands = this.batchExecutor(COMMANDS_AT_ONCE);

  constructor(
    private readonly dataSource: DataSource,
    private readonly clusterId: string,
    /** Without one, whoever calls may write. */
    private readonly fence?: LeaseFence,
  ) {
    this.pool = poolOf(dataSource);
    this.notifier = new OutboxNotifier(this.pool, 'scheduler');
  }

  change(workloadId: string, decide: DecideChange, eventId?: string): Promise<boolean> {
    return inTransactionSpan('scheduler', 'change workload', () =>
      eventId === undefined
        ? this.states.add({ workloadId, decide })
        : this.commands.add({ workloadId, decide, eventId }),
    );
  }

  changeRead(read: AcceptedWorkload, decide: DecideChange): Promise<boolean> {
    return inTransactionSpan('scheduler', 'change workload', () =>
      this.states.add({ workloadId: read.ref.workloadId, decide, read }),
    );
  }

  async load(workloadIds: readonly string[]): Promise<readonly AcceptedWorkload[]> {
    // Ids come from labels in the cluster too, where anybody writes anything; one that is none must not fail the others.
    const ids = workloadIds.filter((id) => UUID.test(id));
    if (ids.length === 0) return [];
    const rows = await rowsOf<WorkloadRow>(this.pool, LOAD, [ids, this.clusterId]);
    return rows.map(toWorkload);
  }

  /** Whose the workloads are that are not gone. */
  async refs(): Promise<readonly WorkloadRef[]> {
    const rows = await rowsOf<{ readonly ref: WorkloadRef }>(this.pool, REFS, [this.clusterId]);
    return rows.map(({ ref }) => ref);
  }

  async active(): Promise<readonly string[]> {
    const rows: { id: string }[] = await this.dataSource.query(
      `select id from scheduler.workloads where not gone and ref->>'clusterId' = $1`,
      [this.clusterId],
    );
    return rows.map(({ id }) => id);
  }

  private batchExecutor(atOnce: number): BatchExecutor<Change, boolean> {
    return new BatchExecutor({
      run: (changes) => this.changeAll(changes),
      isUnavailable: (error) => error instanceof NotLeadingError || isDatabaseUnavailable(error),
      atOnce,
      most: TOGETHER,
    });
  }

  /** What can be written without a look at it first goes in one statement, the rest in one transaction. */
  private async changeAll(changes: readonly Change[]): Promise<readonly boolean[]> {
    const applied = await this.inSingleStatements(changes);
    const rest = changes.filter((change) => !applied.has(change));
    const outcomes = rest.length === 0 ? [] : await this.changeLocked(rest);
    rest.forEach((change, at) => applied.set(change, outcomes[at] ?? false));
    return changes.map((change) => applied.get(change) ?? false);
  }

  /** The outcome of each change that was written, or has nothing to write. */
  private async inSingleStatements(changes: readonly Change[]): Promise<Map<Change, boolean>> {
    const leading = this.fence?.leading() ?? { lease: '', epoch: null };
    const applied = new Map<Change, boolean>();
    const { fresh, told, same } = sorted(changes);
    for (const one of same) applied.set(one, true);
    if (fresh.size > 0) {
      const written = await writeNew(this.pool, leading, CONSUMER, [...fresh.values()]);
      this.afterwards(written, fresh);
      for (const [one, { id }] of fresh) if (written.fresh.has(id)) applied.set(one, written.saved.has(id));
    }
    if (told.size > 0) {
      const written = await writeStates(this.pool, leading, [...told.values()]);
      this.afterwards(written, told);
      for (const [one, { id }] of told) if (written.saved.has(id)) applied.set(one, true);
    }
    return applied;
  }

  private afterwards(
    { epoch, saved }: Written,
    changes: ReadonlyMap<Change, FirstChange | ReadChange>,
  ): void {
    this.fence?.demand(epoch);
    const wrote = [...changes.values()].some(({ id, change }) => saved.has(id) && change.records.length > 0);
    if (wrote) this.notifier.notify();
  }

  /** All changes in one transaction: nearly as dear as that of one alone. */
  private async changeLocked(changes: readonly Change[]): Promise<readonly boolean[]> {
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
      if (changed.size > 0) {
        const given = [...changed].map(([id, workload]) => ({ ...workload, id }));
        await tx.query(SAVE, [JSON.stringify(given)]);
      }
      await writeOutbox(tx, 'scheduler', records);
      wrote = records.length > 0;
      return changes.map(fresh);
    });
    if (wrote) this.notifier.notify();
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
    const rows: (WorkloadRow & { readonly epoch: string | null })[] = await tx.query(
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

interface Sorted {
  /** First changes of workloads that may be new. */
  readonly fresh: Map<Change, FirstChange>;
  readonly told: Map<Change, ReadChange>;
  /** Nothing is to be written for these. */
  readonly same: readonly Change[];
}

/** One change of each workload at most; another one of it has to see what the first wrote. */
function sorted(changes: readonly Change[]): Sorted {
  const fresh = new Map<Change, FirstChange>();
  const told = new Map<Change, ReadChange>();
  const same: Change[] = [];
  const seen = new Set<string>();
  for (const one of changes) {
    const { workloadId: id, decide, eventId, read } = one;
    if (seen.has(id)) continue;
    seen.add(id);
    const change = eventId === undefined && read === undefined ? undefined : decide(read);
    if (eventId !== undefined) {
      if (change !== undefined) fresh.set(one, { id, eventId, change });
    } else if (read !== undefined) {
      if (change === undefined) same.push(one);
      else if (isOfState({ id, read, change })) told.set(one, { id, read, change });
    }
  }
  return { fresh, told, same };
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
