import type { Pool, PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { DEFAULT_RECORD_LIMIT, demandRecordSize, type OutgoingRecord } from '@tessera/application-messaging';
import type {
  AuditEntry,
  Creation,
  Directory,
  HistoryEntry,
  StoredAnswer,
  PodRecord,
  StoreOutcome,
  SubmissionStore,
  SubmissionTransaction,
  WorkloadRecord,
} from '@tessera/application-control-plane';
import { claimEvent } from '../inbox';
import { OutboxNotifier, writeOutbox } from '../outbox';
import { connectionOf, poolOf, rowsOf, type Prepared } from '../prepared';
import { inTransactionSpan } from '../transaction-span';
import { claimAddresses, RELEASE_ADDRESSES } from './addresses';
import type { PostgresDirectory } from './directory';
import { HISTORY_COLUMNS, historyRows, historyText, writeCreation } from './creation';
import { toWorkload, WORKLOAD_COLUMNS, workloadValues, type WorkloadRow } from './workload-row';

/** Schema of the API's tables, also the consumer name of its projection in the inbox. */
const SCHEMA = 'api';
const CONSUMER = 'projection';

const KEPT: Prepared = {
  name: 'kept answer',
  text: 'select body_hash, answer from api.idempotency_keys where subject_id = $1 and key = $2 and created_at >= $3',
};
const KEEP: Prepared = {
  name: 'keep answer',
  text: `insert into api.idempotency_keys (subject_id, key, body_hash, answer, created_at)
    values ($1, $2, $3, $4, $5)
    on conflict (subject_id, key) do update
      set body_hash = excluded.body_hash, answer = excluded.answer, created_at = excluded.created_at
      where idempotency_keys.created_at < excluded.created_at - interval '24 hours'
    returning key`,
};

const UPDATE = `update api.workloads set ${WORKLOAD_COLUMNS.slice(1)
  .map((column, index) => `${column} = $${index + 2}`)
  .join(', ')} where id = $1`;

/** Submission on Postgres: every transaction is one database transaction, including the outbox. */
export class PostgresSubmissionStore implements SubmissionStore {
  private readonly pool: Pool;
  private readonly notifier: OutboxNotifier;

  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: PostgresDirectory,
    /** Maximum record size of the topics, bytes. Larger records are rejected with a `RecordTooLargeError`. */
    private readonly recordLimit = DEFAULT_RECORD_LIMIT,
  ) {
    this.pool = poolOf(dataSource);
    this.notifier = new OutboxNotifier(this.pool, SCHEMA);
  }

  async create(creation: Creation, signal?: AbortSignal): Promise<StoreOutcome> {
    demandRecordSize(creation.records, this.recordLimit);
    const outcome = await inTransactionSpan(SCHEMA, 'create workload', () =>
      this.onConnection(signal, (client) =>
        creation.keep === undefined && creation.addresses.length === 0
          ? writeCreation(client, creation)
          : createWhole(client, creation),
      ),
    );
    if (outcome === 'stored') this.notifier.notify();
    return outcome;
  }

  async transaction<T>(work: (tx: SubmissionTransaction) => Promise<T>): Promise<T> {
    let wrote = false;
    const result = await inTransactionSpan(SCHEMA, 'change workload', () =>
      this.dataSource.transaction(async (manager) => {
        const directory = this.directory.on(await connectionOf(manager));
        return work(new Transaction(manager, directory, this.recordLimit, () => (wrote = true)));
      }),
    );
    if (wrote) this.notifier.notify();
    return result;
  }

  async kept(subjectId: string, key: string, since: string): Promise<StoredAnswer | undefined> {
    const [row] = await rowsOf<{ body_hash: string; answer: object }>(this.pool, KEPT, [
      subjectId,
      key,
      since,
    ]);
    return row && { bodyHash: row.body_hash, answer: row.answer };
  }

  /**
   * The work on a connection of its own, which may have been waited for until the signal was aborted. One on which
   * something failed is not used again.
   */
  private async onConnection<T>(
    signal: AbortSignal | undefined,
    work: (client: PoolClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      signal?.throwIfAborted();
      return await work(client).catch((error: Error) => {
        broken = error;
        throw error;
      });
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  }
}

/** A creation that takes more than one statement. */
async function createWhole(client: PoolClient, creation: Creation): Promise<StoreOutcome> {
  await client.query('begin');
  const outcome = await writeWhole(client, creation);
  await client.query(outcome === 'stored' ? 'commit' : 'rollback');
  return outcome;
}

async function writeWhole(on: PoolClient, creation: Creation): Promise<StoreOutcome> {
  const outcome = await writeCreation(on, creation);
  if (outcome !== 'stored') return outcome;
  const taken = await claimAddresses(on, creation);
  if (taken.length > 0) return { taken };
  return (await keep(on, creation)) ? 'stored' : 'key-taken';
}

async function keep(on: PoolClient, { keep, audit }: Creation): Promise<boolean> {
  if (keep === undefined) return true;
  const { subjectId, key, answer } = keep;
  const values = [subjectId, key, answer.bodyHash, JSON.stringify(answer.answer), audit.at];
  return (await rowsOf(on, KEEP, values)).length > 0;
}

class Transaction implements SubmissionTransaction {
  constructor(
    private readonly manager: EntityManager,
    readonly directory: Directory,
    private readonly recordLimit: number,
    private readonly onPublish: () => void,
  ) {}

  async lock(workloadId: string): Promise<WorkloadRecord | undefined> {
    const sql = 'select * from api.workloads where id = $1 for update';
    const rows: WorkloadRow[] = await this.manager.query(sql, [workloadId]);
    return rows[0] && toWorkload(rows[0]);
  }

  async save(workload: WorkloadRecord): Promise<void> {
    await this.manager.query(UPDATE, [...workloadValues(workload)]);
    if (workload.deletedAt !== undefined) await this.manager.query(RELEASE_ADDRESSES, [workload.id]);
  }

  async append(entries: readonly HistoryEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.manager.query(`insert into api.workload_records (${HISTORY_COLUMNS}) ${historyRows('$1')}`, [
      historyText(entries),
    ]);
  }

  async savePods(pods: readonly PodRecord[]): Promise<void> {
    for (const { workloadId, state, updatedAt, deletedAt } of pods) {
      await this.manager.query(
        `insert into api.pods (id, workload_id, created_at, updated_at, completed_at, deleted_at, node_name, node_pool, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (id) do update set updated_at = excluded.updated_at, completed_at = excluded.completed_at,
           deleted_at = excluded.deleted_at, node_name = excluded.node_name, node_pool = excluded.node_pool,
           state = excluded.state`,
        [
          state.id,
          workloadId,
          state.createdAt,
          updatedAt,
          state.completedAt ?? null,
          deletedAt ?? null,
          state.nodeName ?? null,
          state.allocation?.nodePool ?? null,
          JSON.stringify(state),
        ],
      );
    }
  }

  async pods(workloadId: string): Promise<readonly PodRecord[]> {
    const rows: PodRow[] = await this.manager.query(
      'select workload_id, state, updated_at, deleted_at from api.pods where workload_id = $1 order by created_at, id',
      [workloadId],
    );
    return rows.map(toPod);
  }

  async addRevision(workload: WorkloadRecord): Promise<void> {
    await this.manager.query(
      `insert into api.revisions (id, workload_id, generation, created_at, spec)
       values (gen_random_uuid(), $1, $2, $3, $4)`,
      [workload.id, workload.generation, workload.updatedAt, JSON.stringify(workload.effectiveSpec)],
    );
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    demandRecordSize(records, this.recordLimit);
    this.onPublish();
    await writeOutbox(this.manager, SCHEMA, records);
  }

  async audit({ at, caller, operation, target, status, count }: AuditEntry): Promise<void> {
    await this.manager.query(
      `insert into api.audit_log (at, subject_id, subject_name, address, request_id, operation, target, status, count)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        at,
        caller.subjectId,
        caller.name,
        caller.address,
        caller.requestId,
        operation,
        target,
        status,
        count ?? 1,
      ],
    );
  }

  claim(eventId: string): Promise<boolean> {
    return claimEvent(this.manager, SCHEMA, CONSUMER, eventId);
  }
}

export interface PodRow {
  readonly workload_id: string;
  readonly state: PodRecord['state'];
  readonly updated_at: Date;
  readonly deleted_at: Date | null;
}

export const toPod = (row: PodRow): PodRecord => ({
  workloadId: row.workload_id,
  state: row.state,
  updatedAt: row.updated_at.toISOString(),
  ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at.toISOString() }),
});
