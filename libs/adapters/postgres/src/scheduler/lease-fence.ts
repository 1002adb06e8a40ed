import type { DataSource, EntityManager } from 'typeorm';
import { NotLeadingError } from '@tessera/application-reconciliation';
import { LEADERSHIP } from '../entities/scheduler';
import { columnsOf, excluded, selected, tableOf } from '../entities/statements';

const RAISED = ['lease', 'epoch'] as const;
const TABLE = tableOf(LEADERSHIP);
/** Stays SQL: an upsert that only a newer epoch wins, under an advisory lock that a repository cannot take. */
const RAISE = `insert into ${TABLE} (${columnsOf(LEADERSHIP, RAISED)}) values ($1, $2)
  on conflict (lease) do update set ${excluded(LEADERSHIP, ['epoch'])}, raised_at = now()
  where excluded.epoch > leadership.epoch`;
const NEWEST = `select ${selected(LEADERSHIP, ['epoch'])} from ${TABLE} where lease = $1`;

/**
 * Prevents writes of a scheduler that lost its lease without knowing it yet. The database stores the newest epoch, and
 * a transaction of an older epoch writes nothing. Writers share a lock, or the row of the epoch, so raising the epoch
 * waits for writes in flight and blocks later ones.
 */
export class LeaseFence {
  private epoch: number | undefined;

  constructor(
    private readonly dataSource: DataSource,
    /** Name of the lease. */
    readonly lease: string,
  ) {}

  /** Announces `epoch` as the current one. Rejects with {@link NotLeadingError} if a newer epoch was announced. */
  async raise(epoch: number): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(${LEASE_KEY})`, [this.lease]);
      await tx.query(RAISE, [this.lease, epoch]);
      this.epoch = epoch;
      this.demand(await this.newest(tx));
    });
  }

  /**
   * Holds the epoch until the transaction ends. Rejects with {@link NotLeadingError} if a newer epoch was announced.
   */
  async hold(tx: EntityManager): Promise<void> {
    await tx.query(`select pg_advisory_xact_lock_shared(${LEASE_KEY})`, [this.lease]);
    this.demand(await this.newest(tx));
  }

  /** Token that a single statement checks itself. Throws {@link NotLeadingError} if no epoch was announced yet. */
  leading(): { readonly lease: string; readonly epoch: number } {
    if (this.epoch === undefined) throw this.notLeading(0);
    return { lease: this.lease, epoch: this.epoch };
  }

  /** Throws {@link NotLeadingError} if `newest`, read under the lock, is not our epoch. */
  demand(newest: number): void {
    if (this.epoch === undefined || newest > this.epoch) throw this.notLeading(newest);
  }

  private notLeading(newest: number): NotLeadingError {
    return new NotLeadingError(
      `epoch ${this.epoch ?? 'none'} of the lease ${this.lease} does not lead any more: ${newest} does`,
    );
  }

  /** In a separate statement: one that waited for the lock would still see the previous epoch. */
  private async newest(tx: EntityManager): Promise<number> {
    const [row]: { epoch: string }[] = await tx.query(NEWEST, [this.lease]);
    return Number(row?.epoch ?? 0);
  }
}

/** Key of the lock of a lease, whose name is the first value of the statement. */
export const LEASE_KEY = 'hashtextextended($1, 20)';
