import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { DEFAULT_RECORD_LIMIT, demandRecordSize, type OutgoingRecord } from '@tessera/application-messaging';
import type {
  AuditEntry,
  Cancellation,
  Creation,
  Directory,
  HistoryEntry,
  Namesake,
  StoredAnswer,
  PodRecord,
  StoreOutcome,
  WorkloadStore,
  WorkloadTransaction,
  TimelineEntry,
  WorkloadRecord,
} from '@tessera/application-control-plane';
import { written } from '../../entities/entity';
import { AUDIT_LOG, IDEMPOTENCY_KEYS } from '../../entities/requests';
import {
  assigned,
  columnsOf,
  excluded,
  placeholders,
  propertiesOf,
  selected,
  tableOf,
  valuesOf,
} from '../../entities/statements';
import {
  PODS,
  type RevisionRow,
  REVISIONS,
  SCALING_ENTRIES,
  WORKLOAD_RECORDS,
  WORKLOADS,
} from '../../entities/workloads';
import { claimEvent } from '../../inbox';
import { OutboxNotifier, writeOutbox } from '../../outbox';
import { connectionOf, poolOf, rowsOf, type Prepared } from '../../prepared';
import { inTransactionSpan } from '../../transaction-span';
import { claimAddresses, RELEASE_ADDRESSES } from './addresses';
import type { PostgresDirectory } from '../directory';
import { AUDITED, auditRow, HISTORY_COLUMNS, historyRows, historyText, writeCreations } from './creation';
import { CreationBatches } from './creation-batches';
import { POD_SELECTED, toPod, type PodRow } from './pod-row';
import { ALL_SELECTED, iso, toWorkload, workloadValues, type WholeRow } from './workload-row';

/** Schema of the API's tables, also the consumer name of its projection in the inbox. */
const SCHEMA = 'api';
const CONSUMER = 'projection';

const ANSWER = ['bodyHash', 'answer'] as const;
const ANSWERED = propertiesOf(IDEMPOTENCY_KEYS);
const answerValues = valuesOf(IDEMPOTENCY_KEYS, ANSWERED);
const STORED_ANSWER: Prepared = {
  name: 'stored answer',
  text: `select ${selected(IDEMPOTENCY_KEYS, ANSWER)} from ${tableOf(IDEMPOTENCY_KEYS)}
    where subject_id = $1 and key = $2 and created_at >= $3`,
};
const STORE_ANSWER: Prepared = {
  name: 'store answer',
  text: `insert into ${tableOf(IDEMPOTENCY_KEYS)} (${columnsOf(IDEMPOTENCY_KEYS, ANSWERED)})
    values (${placeholders(ANSWERED)})
    on conflict (subject_id, key) do update set ${excluded(IDEMPOTENCY_KEYS, [...ANSWER, 'createdAt'])}
      where idempotency_keys.created_at < excluded.created_at - interval '24 hours'
    returning key`,
};
type NamesakeRow = Omit<Namesake, 'phaseUpdatedAt'> & { readonly phaseUpdatedAt: Date | string };
const NAMESAKE: Prepared = {
  name: 'namesake',
  text: `select ${selected(WORKLOADS, ['desiredPhase', 'phaseMessage', 'phaseUpdatedAt'])} from ${tableOf(WORKLOADS)}
    where project_id = $1 and name = $2 and deleted_at is null`,
};

/** Statements of the projection, for each event: repositories took 1.5 times as long (ADR 0021). */
const LOCK = `select ${ALL_SELECTED} from ${tableOf(WORKLOADS)} where id = $1 for update`;
const UPDATE = `update ${tableOf(WORKLOADS)} set ${assigned(WORKLOADS, propertiesOf(WORKLOADS, ['id']), 2)} where id = $1`;

const POD = propertiesOf(PODS);
const podValues = valuesOf(PODS, POD);
const SAVE_POD = `insert into ${tableOf(PODS)} (${columnsOf(PODS, POD)}) values (${placeholders(POD)})
  on conflict (id) do update set ${excluded(PODS, propertiesOf(PODS, ['id', 'workloadId', 'createdAt']))}`;

const SCALING = propertiesOf(SCALING_ENTRIES);
const scalingValues = valuesOf(SCALING_ENTRIES, SCALING);
const ADD_SCALING = `insert into ${tableOf(SCALING_ENTRIES)} (${columnsOf(SCALING_ENTRIES, SCALING)})
  values (${placeholders(SCALING)}) on conflict (id) do nothing`;

const AUDIT = [...AUDITED, 'count'] as const;
const auditValues = valuesOf(AUDIT_LOG, AUDIT);
const WRITE_AUDIT = `insert into ${tableOf(AUDIT_LOG)} (${columnsOf(AUDIT_LOG, AUDIT)}) values (${placeholders(AUDIT)})`;

/** Workloads on Postgres: every transaction is one database transaction, including the outbox. */
export class PostgresWorkloadStore implements WorkloadStore {
  private readonly pool: Pool;
  private readonly notifier: OutboxNotifier;
  private readonly batches: CreationBatches;

  constructor(
    private readonly dataSource: DataSource,
    private readonly directory: PostgresDirectory,
    /** Maximum record size of the topics, bytes. Larger records are rejected with a `RecordTooLargeError`. */
    private readonly recordLimit = DEFAULT_RECORD_LIMIT,
  ) {
    this.pool = poolOf(dataSource);
    this.notifier = new OutboxNotifier(this.pool, SCHEMA);
    this.batches = new CreationBatches((work) => this.onConnection(undefined, work));
  }

  async create(creation: Creation, signal?: Cancellation): Promise<StoreOutcome> {
    demandRecordSize(creation.records, this.recordLimit);
    const outcome = await inTransactionSpan(SCHEMA, 'create workload', () =>
      creation.storeAnswer === undefined && creation.addresses.length === 0
        ? this.batches.add(creation, signal)
        : this.onConnection(signal, (client) => createWhole(client, creation)),
    );
    if (outcome === 'stored') this.notifier.notify();
    return outcome;
  }

  async transaction<T>(work: (tx: WorkloadTransaction) => Promise<T>): Promise<T> {
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

  async namesake(projectId: string, name: string): Promise<Namesake | undefined> {
    const [row] = await rowsOf<NamesakeRow>(this.pool, NAMESAKE, [projectId, name]);
    return row && { ...row, phaseUpdatedAt: iso(row.phaseUpdatedAt) };
  }

  async storedAnswer(subjectId: string, key: string, since: string): Promise<StoredAnswer | undefined> {
    const [row] = await rowsOf<StoredAnswer>(this.pool, STORED_ANSWER, [subjectId, key, since]);
    return row;
  }

  /**
   * Runs the work on a connection of its own, unless the signal was aborted while it waited for one. A connection on which
   * a query failed is not reused.
   */
  private async onConnection<T>(
    signal: Cancellation | undefined,
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
  const [outcome = 'name-conflict'] = await writeCreations(on, [creation]);
  if (outcome !== 'stored') return outcome;
  const conflicts = await claimAddresses(on, creation);
  if (conflicts.length > 0) return { conflicts };
  return (await storeAnswer(on, creation)) ? 'stored' : 'key-conflict';
}

async function storeAnswer(on: PoolClient, { storeAnswer: wanted, audit }: Creation): Promise<boolean> {
  if (wanted === undefined) return true;
  const { subjectId, key, answer } = wanted;
  const values = answerValues({ subjectId, key, ...answer, createdAt: audit.at });
  return (await rowsOf(on, STORE_ANSWER, values)).length > 0;
}

class Transaction implements WorkloadTransaction {
  constructor(
    private readonly manager: EntityManager,
    readonly directory: Directory,
    private readonly recordLimit: number,
    private readonly onPublish: () => void,
  ) {}

  async lock(workloadId: string): Promise<WorkloadRecord | undefined> {
    const rows: WholeRow[] = await this.manager.query(LOCK, [workloadId]);
    return rows[0] && toWorkload(rows[0]);
  }

  async save(workload: WorkloadRecord): Promise<void> {
    await this.manager.query(UPDATE, [...workloadValues(workload)]);
    if (workload.deletedAt !== undefined) await this.manager.query(RELEASE_ADDRESSES, [workload.id]);
  }

  async append(entries: readonly HistoryEntry[]): Promise<void> {
    if (entries.length === 0) return;
    await this.manager.query(
      `insert into ${tableOf(WORKLOAD_RECORDS)} (${HISTORY_COLUMNS}) ${historyRows('$1')}`,
      [historyText(entries)],
    );
  }

  async addToTimeline(entry: TimelineEntry): Promise<void> {
    await this.manager.query(ADD_SCALING, scalingValues(entry));
  }

  async savePods(pods: readonly PodRecord[]): Promise<void> {
    for (const { workloadId, state, updatedAt, deletedAt } of pods)
      await this.manager.query(
        SAVE_POD,
        podValues({
          id: state.id,
          workloadId,
          createdAt: state.createdAt,
          updatedAt,
          completedAt: state.completedAt ?? null,
          deletedAt: deletedAt ?? null,
          nodeName: state.nodeName ?? null,
          nodePool: state.allocation?.nodePool ?? null,
          state,
        }),
      );
  }

  async pods(workloadId: string): Promise<readonly PodRecord[]> {
    const rows: PodRow[] = await this.manager.query(
      `select ${POD_SELECTED} from ${tableOf(PODS)} p where workload_id = $1 order by created_at, id`,
      [workloadId],
    );
    return rows.map(toPod);
  }

  async addRevision({ id, generation, updatedAt, effectiveSpec }: WorkloadRecord): Promise<void> {
    const spec = effectiveSpec;
    await this.manager.insert(
      REVISIONS,
      written<RevisionRow>({ id: randomUUID(), workloadId: id, generation, createdAt: updatedAt, spec }),
    );
  }

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    demandRecordSize(records, this.recordLimit);
    this.onPublish();
    await writeOutbox(this.manager, SCHEMA, records);
  }

  async audit(entry: AuditEntry): Promise<void> {
    await this.manager.query(WRITE_AUDIT, auditValues({ ...auditRow(entry), count: entry.count ?? 1 }));
  }

  claim(eventId: string): Promise<boolean> {
    return claimEvent(this.manager, SCHEMA, CONSUMER, eventId);
  }
}
