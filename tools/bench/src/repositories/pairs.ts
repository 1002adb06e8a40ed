import { randomUUID } from 'node:crypto';
import { In, type DataSource, type EntityManager } from 'typeorm';
import {
  appendOutbox,
  claimEvents,
  LOCAL,
  PostgresAcceptedWorkloads,
  PostgresDirectory,
  PostgresEventStore,
  PostgresOutbox,
  PostgresWorkloadStore,
  PostgresWorkloadReader,
} from '@tessera/adapter-postgres';
import type { Creation } from '@tessera/application-control-plane';
import { acceptApply, type AcceptedWorkload, type DecideChange } from '@tessera/application-reconciliation';
import { EVENTS, SAMPLES } from '@tessera/contracts-events';
import { creationOf, eventOf, recordsOf } from './samples';

/** One hot path in both forms; each call does the same work. */
export interface Pair {
  readonly sql: () => Promise<unknown>;
  readonly repository: () => Promise<unknown>;
}
type Prepare = (dataSource: DataSource, url: string) => Promise<Pair>;

const BATCH = 100;
const PAGE = 50;
const NOW = '2026-01-01T00:00:00.000Z';
const REPORTER = {
  source: '/bench',
  topics: { events: 'events', workloads: 'workloads' },
  newId: randomUUID,
};
const SEEN = { tenantId: LOCAL.tenantId, all: true, clusters: [], departments: [], projects: [] };

async function withWorkloads(dataSource: DataSource): Promise<readonly string[]> {
  const store = new PostgresWorkloadStore(dataSource, PostgresDirectory.onPoolOf(dataSource));
  const creations = Array.from({ length: PAGE }, () => creationOf());
  for (const creation of creations) await store.create(creation);
  return creations.map(({ workload }) => workload.id);
}

async function withAccepted(dataSource: DataSource) {
  const workloads = new PostgresAcceptedWorkloads(dataSource, SAMPLES.apply.clusterId);
  const ids = Array.from({ length: BATCH }, () => randomUUID());
  await Promise.all(
    ids.map((id) =>
      workloads.change(id, acceptApply({ ...SAMPLES.apply, workloadId: id }, NOW, REPORTER), randomUUID()),
    ),
  );
  return { workloads, ids };
}

const reported: DecideChange = (current) =>
  current && {
    workload: { ...current, sequence: current.sequence + 1 },
    records: recordsOf(1, current.ref.workloadId),
  };

/** The statements that the one statement of a creation replaces. */
async function createByRepositories(tx: EntityManager, { workload, history, records, audit }: Creation) {
  const { project, observed, ...own } = workload;
  await tx.insert('Workload', {
    ...own,
    ...{ tenantId: project.tenantId, clusterId: project.clusterId, namespace: project.namespace },
    ...{ departmentId: project.departmentId, departmentName: project.departmentName },
    ...{ projectId: project.id, projectName: project.name, defaultNodePools: project.defaultNodePools },
    ...{ observed, allocatedMilliGpu: observed.allocatedMilliGpu, nodePools: observed.nodePools },
  });
  await tx.insert(
    'WorkloadRecord',
    history.map(({ id, workloadId, createdAt, kind, ...body }) => ({
      id,
      workloadId,
      createdAt,
      kind,
      body,
    })),
  );
  await tx.insert('ApiOutbox', [...records]);
  const { id: workloadId, generation, updatedAt, effectiveSpec } = workload;
  await tx.insert('Revision', {
    ...{ id: randomUUID(), workloadId, generation, createdAt: updatedAt, spec: effectiveSpec },
  });
  const { caller, at, operation, target, status } = audit;
  await tx.insert('AuditEntry', {
    ...{ at, operation, target, status, address: caller.address, requestId: caller.requestId },
    ...{ subjectId: caller.subjectId, subjectName: caller.name },
  });
}

/** Every hot path that stays SQL. */
export const PAIRS: Readonly<Record<string, Prepare>> = {
  'create a workload': async (dataSource) => {
    const store = new PostgresWorkloadStore(dataSource, PostgresDirectory.onPoolOf(dataSource));
    return {
      sql: () => store.create(creationOf()),
      repository: () => dataSource.transaction((tx) => createByRepositories(tx, creationOf())),
    };
  },
  'read a workload': async (dataSource) => {
    const [id = ''] = await withWorkloads(dataSource);
    const reader = new PostgresWorkloadReader(dataSource);
    return {
      sql: () => reader.workload(id),
      repository: () => dataSource.getRepository('Workload').findOneBy({ id }),
    };
  },
  'list 50 workloads': async (dataSource) => {
    await withWorkloads(dataSource);
    const reader = new PostgresWorkloadReader(dataSource);
    const { tenantId } = LOCAL;
    return {
      sql: () =>
        reader.workloads(
          { seen: SEEN, filters: [], deleted: false },
          { order: 'desc' },
          { offset: 0, limit: PAGE },
        ),
      repository: () =>
        dataSource
          .getRepository('Workload')
          .createQueryBuilder('w')
          .select(LISTED.map((property) => `w.${property}`))
          .where('w.tenantId = :tenantId and w.deletedAt is null', { tenantId })
          .orderBy('w.createdAt', 'DESC')
          .addOrderBy('w.id', 'DESC')
          .limit(PAGE)
          .getMany(),
    };
  },
  'apply an event to a workload': async (dataSource) => {
    const [id = ''] = await withWorkloads(dataSource);
    const store = new PostgresWorkloadStore(dataSource, PostgresDirectory.onPoolOf(dataSource));
    return {
      sql: () =>
        store.transaction(async (tx) => {
          await tx.claim(randomUUID());
          const workload = await tx.lock(id);
          if (workload !== undefined) await tx.save({ ...workload, phaseMessage: randomUUID() });
        }),
      repository: () =>
        dataSource.transaction(async (tx) => {
          await tx.insert('ApiInbox', { consumer: 'projection', eventId: randomUUID() });
          await tx.findOne('Workload', { where: { id }, lock: { mode: 'pessimistic_write' } });
          await tx.update('Workload', { id }, { phaseMessage: randomUUID() });
        }),
    };
  },
  'load 100 accepted workloads': async (dataSource) => {
    const { workloads, ids } = await withAccepted(dataSource);
    return {
      sql: () => workloads.load(ids),
      repository: () => dataSource.getRepository('AcceptedWorkload').findBy({ id: In(ids) }),
    };
  },
  'report 100 states': async (dataSource) => {
    const { workloads, ids } = await withAccepted(dataSource);
    let rows = await workloads.load(ids);
    const refresh = async (): Promise<void> => void (rows = await workloads.load(ids));
    const byRepository = (row: AcceptedWorkload): Promise<void> =>
      dataSource.transaction(async (tx) => {
        const where = { id: row.ref.workloadId };
        await tx.findOne('AcceptedWorkload', { where, lock: { mode: 'pessimistic_write' } });
        await tx.update('AcceptedWorkload', where, { sequence: row.sequence + 1, state: row.state });
        await tx.insert('SchedulerOutbox', recordsOf(1, row.ref.workloadId));
      });
    return {
      sql: () => Promise.all(rows.map((row) => workloads.changeRead(row, reported))).then(refresh),
      repository: () => Promise.all(rows.map(byRepository)).then(refresh),
    };
  },
  'claim 100 events': async (dataSource) => {
    const ids = (): string[] => Array.from({ length: BATCH }, () => randomUUID());
    return {
      sql: () => dataSource.transaction((tx) => claimEvents(tx, 'scheduler', 'bench', ids())),
      repository: () =>
        dataSource.transaction((tx) =>
          tx
            .createQueryBuilder()
            .insert()
            .into('SchedulerInbox')
            .values(ids().map((eventId) => ({ consumer: 'bench', eventId })))
            .orIgnore()
            .returning('event_id')
            .updateEntity(false)
            .execute(),
        ),
    };
  },
  'append 100 records': async (dataSource) => ({
    sql: () => dataSource.transaction((tx) => appendOutbox(tx, 'api', recordsOf(BATCH))),
    repository: () =>
      dataSource.transaction(async (tx) => {
        await tx.insert('ApiOutbox', recordsOf(BATCH));
        await tx.query(`select pg_notify('tessera_api_outbox', '')`);
      }),
  }),
  'relay 100 records': async (dataSource, url) => {
    const share = await new PostgresOutbox(dataSource, url, 'scheduler').join(() => undefined);
    const append = () => dataSource.transaction((tx) => appendOutbox(tx, 'scheduler', recordsOf(BATCH)));
    const outbox = dataSource.getRepository<{ readonly id: string; readonly publishedAt: string }>(
      'SchedulerOutbox',
    );
    await outbox.createQueryBuilder().delete().execute();
    return {
      sql: async () => {
        await append();
        await share.drain({ rows: BATCH, bytes: 1_000_000 }, async () => undefined);
      },
      repository: async () => {
        await append();
        const query = outbox.createQueryBuilder('o').where('o.published_at is null and o.parked_at is null');
        const rows = await query.orderBy('o.id').limit(BATCH).getMany();
        await outbox.update({ id: In(rows.map(({ id }) => id)) }, { publishedAt: () => 'clock_timestamp()' });
      },
    };
  },
  'add 100 events to the stream': async (dataSource) => {
    const store = new PostgresEventStore(dataSource);
    const events = () => Array.from({ length: BATCH }, () => eventOf());
    return {
      sql: () => store.record(events()),
      repository: () =>
        dataSource.transaction(async (tx) => {
          await tx.query(`select pg_advisory_xact_lock(hashtext('tessera_api_events'))`);
          const rows = events().map(({ name, attributes, data }) => {
            const type = EVENTS[name].type;
            const body = {
              specversion: '1.0',
              type,
              ...attributes,
              datacontenttype: 'application/json',
              data,
            };
            return {
              ...{ source: attributes.source, eventId: attributes.id, type },
              ...{ workloadId: attributes.subject, body },
            };
          });
          await tx.createQueryBuilder().insert().into('Event').values(rows).orIgnore().execute();
          await tx.query(`select pg_notify('tessera_api_events', '')`);
        }),
    };
  },
};

const LISTED = [
  ...['id', 'tenantId', 'clusterId', 'departmentId', 'departmentName', 'projectId', 'projectName'],
  ...['namespace', 'defaultNodePools', 'name', 'requestedName', 'createdBy', 'createdAt', 'updatedAt'],
  ...['deletedAt', 'completedAt', 'generation', 'desiredPhase', 'phase', 'phaseMessage', 'phaseUpdatedAt'],
  ...['summary', 'observed', 'sequence'],
];
