import type { Pool } from 'pg';
import type { DataSource, EntityManager, SelectQueryBuilder } from 'typeorm';
import type { OutgoingRecord } from '@tessera/application-messaging';
import {
  NotLeadingError,
  type AcceptedWorkload,
  type AcceptedWorkloads,
  type DecideChange,
} from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import { BatchExecutor } from '../batch-executor';
import { ACCEPTED_WORKLOADS, LEADERSHIP, type AcceptedWorkloadRow } from '../entities/scheduler';
import { tableOf } from '../entities/statements';
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
import { SAVE, SELECTED, toWorkload, type StoredWorkload } from './workload-row';

/** Consumer name of the scheduler's commands in the inbox. */
const CONSUMER = 'commands';

/** Read in every reconcile cycle; a repository took 2.7 times as long (ADR 0021). */
const LOAD: Prepared = {
  name: 'load workloads',
  text: `select ${SELECTED} from ${tableOf(ACCEPTED_WORKLOADS)} where id = any($1::uuid[]) and ref->>'clusterId' = $2`,
};
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Concurrent transactions for commands; calls that arrive meanwhile are batched into the next ones. */
const COMMANDS_AT_ONCE = 2;
/** One for states: larger batches cost less per state, and nothing waits for them. */
const STATES_AT_ONCE = 1;
/** Maximum changes of one transaction; each takes an entry of the server's lock table. */
const TOGETHER = 100;

interface Change {
  readonly workloadId: string;
  readonly decide: DecideChange;
  readonly eventId?: string;
  /** The row as it was last read. */
  readonly read?: AcceptedWorkload;
}

/**
 * Accepted workloads of one cluster in the schema `scheduler`, which schedulers of several clusters may share. A change
 * locks the row, so its events are numbered in order.
 */
export class PostgresAcceptedWorkloads implements AcceptedWorkloads {
  private readonly pool: Pool;
  private readonly notifier: OutboxNotifier;
  private readonly states = this.batchExecutor(STATES_AT_ONCE);
  /** Separate executor for commands: a user waits for them, so they do not queue behind reported states. */
  private readonly commands = this.batchExecutor(COMMANDS_AT_ONCE);

  constructor(
    private readonly dataSource: DataSource,
    private readonly clusterId: string,
    /** Without a fence, every caller may write. */
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
    // Ids may come from labels in the cluster, which can contain anything; an invalid id must not fail the others.
    const ids = workloadIds.filter((id) => UUID.test(id));
    if (ids.length === 0) return [];
    const rows = await rowsOf<StoredWorkload>(this.pool, LOAD, [ids, this.clusterId]);
    return rows.map(toWorkload);
  }

  /** Projects of the workloads that are not deleted. */
  async refs(): Promise<readonly WorkloadRef[]> {
    const rows: { readonly ref: WorkloadRef }[] = await this.undeleted().select('w.ref', 'ref').getRawMany();
    return rows.map(({ ref }) => ref);
  }

  async active(): Promise<readonly string[]> {
    const rows: { readonly id: string }[] = await this.undeleted().select('w.id', 'id').getRawMany();
    return rows.map(({ id }) => id);
  }

  private undeleted(): SelectQueryBuilder<AcceptedWorkloadRow> {
    return this.dataSource
      .createQueryBuilder(ACCEPTED_WORKLOADS, 'w')
      .where('not w.deleted')
      .andWhere(`w.ref->>'clusterId' = :clusterId`, { clusterId: this.clusterId });
  }

  private batchExecutor(atOnce: number): BatchExecutor<Change, boolean> {
    return new BatchExecutor({
      run: (changes) => this.changeAll(changes),
      isUnavailable: (error) => error instanceof NotLeadingError || isDatabaseUnavailable(error),
      atOnce,
      most: TOGETHER,
    });
  }

  /** Writes changes that need no prior read in one statement, the rest in one transaction. */
  private async changeAll(changes: readonly Change[]): Promise<readonly boolean[]> {
    const applied = await this.inSingleStatements(changes);
    const rest = changes.filter((change) => !applied.has(change));
    const outcomes = rest.length === 0 ? [] : await this.changeLocked(rest);
    rest.forEach((change, at) => applied.set(change, outcomes[at] ?? false));
    return changes.map((change) => applied.get(change) ?? false);
  }

  /** Outcome of each change that was written or needed no write. */
  private async inSingleStatements(changes: readonly Change[]): Promise<Map<Change, boolean>> {
    const leading = this.fence?.leading() ?? { lease: '', epoch: null };
    const applied = new Map<Change, boolean>();
    const { fresh, states, same } = sorted(changes);
    for (const one of same) applied.set(one, true);
    if (fresh.size > 0) {
      const written = await writeNew(this.pool, leading, CONSUMER, [...fresh.values()]);
      this.afterwards(written, fresh);
      for (const [one, { id }] of fresh) if (written.fresh.has(id)) applied.set(one, written.saved.has(id));
    }
    if (states.size > 0) {
      const written = await writeStates(this.pool, leading, [...states.values()]);
      this.afterwards(written, states);
      for (const [one, { id }] of states) if (written.saved.has(id)) applied.set(one, true);
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

  /** All changes in one transaction, which costs little more than one change. */
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
   * The locks also cover workloads without a row, so that two first commands cannot race; every process takes them in
   * the same order. The epoch is read with the rows, after the locks, so the fence needs no extra statement.
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
    const rows: (StoredWorkload & { readonly epoch: string | null })[] = await tx.query(
      `select ${SELECTED}, (select epoch from ${tableOf(LEADERSHIP)} where lease = $1) as epoch
       from unnest($2::uuid[]) as asked (key) left join ${tableOf(ACCEPTED_WORKLOADS)} on workloads.id = asked.key`,
      [lease, workloadIds],
    );
    this.fence?.demand(Number(rows[0]?.epoch ?? 0));
    return new Map(
      rows.flatMap(({ epoch: _epoch, ...row }) =>
        (row.id as string | null) === null ? [] : [[row.id, toWorkload(row)]],
      ),
    );
  }
}

interface Sorted {
  /** First changes of workloads that may be new. */
  readonly fresh: Map<Change, FirstChange>;
  readonly states: Map<Change, ReadChange>;
  /** Changes that need no write. */
  readonly same: readonly Change[];
}

/** At most one change of each workload; a second one has to see what the first wrote. */
function sorted(changes: readonly Change[]): Sorted {
  const fresh = new Map<Change, FirstChange>();
  const states = new Map<Change, ReadChange>();
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
      else if (isOfState({ id, read, change })) states.set(one, { id, read, change });
    }
  }
  return { fresh, states, same };
}

/** True if the event of a change was not handled before; always true without an event. */
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
