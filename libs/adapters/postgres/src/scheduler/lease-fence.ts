import type { DataSource, EntityManager } from 'typeorm';
import { NotLeadingError } from '@tessera/application-reconciliation';
import { shortHash } from '@tessera/kernel';
import { LEADERSHIP } from '../entities/scheduler';
import { columnsOf, excluded, selected, tableOf } from '../entities/statements';

const RAISED = ['lease', 'epoch'] as const;
const TABLE = tableOf(LEADERSHIP);
/** Stays SQL: an upsert that only a newer epoch wins, under an advisory lock that a repository cannot take. */
const RAISE = `insert into ${TABLE} (${columnsOf(LEADERSHIP, RAISED)}) values ($1, $2)
  on conflict (lease) do update set ${excluded(LEADERSHIP, ['epoch'])}, raised_at = now()
  where excluded.epoch > leadership.epoch`;
/** Longest wait of one attempt to raise the epoch for writes in flight, ms. */
const RAISE_WAIT_MS = 2_000;
/** After each attempt, the sessions that still hold the lock are ended. */
const RAISE_ATTEMPTS = 5;
const LOCK_NOT_AVAILABLE = '55P03';
/** Ends the sessions, of the same user, that hold the lock of a lease: a role may always end its own sessions. */
const END_HOLDERS = `select pg_terminate_backend(pid) from pg_locks
  where locktype = 'advisory' and granted and objsubid = 1 and pid <> pg_backend_pid()
    and database = (select oid from pg_database where datname = current_database())
    and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 20)
    and pid in (select pid from pg_stat_activity where usename = current_user)`;
/** Ends the sessions that have an older epoch of a lease in their name, by {@link sessionNameOf}. */
const END_OLDER = `select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and usename = current_user and pid <> pg_backend_pid()
    and substring(application_name from $1)::numeric < $2`;
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

  /**
   * Announces `epoch` as the current one, then ends the sessions of older epochs, which hold slices of the outbox as long
   * as they live. Rejects with {@link NotLeadingError} if a newer epoch was announced. Writes in flight have seconds to
   * end; then their sessions are ended, because the process behind them may be stopped or gone.
   */
  async raise(epoch: number): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.tryRaise(epoch);
        break;
      } catch (error) {
        const { driverError } = error as { readonly driverError?: { readonly code?: string } };
        if (driverError?.code !== LOCK_NOT_AVAILABLE || attempt === RAISE_ATTEMPTS) throw error;
        await this.dataSource.query(END_HOLDERS, [this.lease]);
      }
    }
    await this.dataSource.query(END_OLDER, [`^${sessionPrefix(this.lease)}([0-9]+)/`, epoch]);
  }

  /** Name of a session that the next leader is to end. Throws {@link NotLeadingError} if no epoch was announced yet. */
  sessionName(what: string): string {
    return sessionNameOf(this.lease, this.leading().epoch, what);
  }

  private async tryRaise(epoch: number): Promise<void> {
    await this.dataSource.transaction(async (tx) => {
      await tx.query(`set local lock_timeout = ${RAISE_WAIT_MS}`);
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
      `epoch ${this.epoch ?? 'none'} of the lease ${this.lease} no longer leads: ${newest} does`,
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

const sessionPrefix = (lease: string): string => `tessera-scheduler/${shortHash(lease)}/`;

/** Name of a session of a leader, with a hash of the lease, because Postgres cuts names after 63 bytes. */
const sessionNameOf = (lease: string, epoch: number, what: string): string =>
  `${sessionPrefix(lease)}${epoch}/${what}`;
