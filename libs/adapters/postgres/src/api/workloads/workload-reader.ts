import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import type {
  EventEntry,
  HeldResources,
  HistoryEntry,
  ListedWorkload,
  NamedWorkload,
  Page,
  Paged,
  PodOfWorkload,
  PodRecord,
  ReadWorkload,
  Revision,
  Sorting,
  TelemetryQuery,
  TelemetryValue,
  TimelineEntry,
  TimeRange,
  Visibility,
  WorkloadQuery,
  WorkloadReader,
} from '@tessera/application-control-plane';
import { propertiesOf, readerOf, selected, tableOf } from '../../entities/statements';
import { PODS, REVISIONS, SCALING_ENTRIES, WORKLOAD_RECORDS, WORKLOADS } from '../../entities/workloads';
import { AS_TEXT, poolOf, rowsOf, type Prepared } from '../../prepared';
import { Conditions, type Field } from './filters';
import { POD_SELECTED, toPod, type PodRow } from './pod-row';
import { readHeld } from '../held-resources';
import { CATEGORY, readTelemetry } from '../telemetry';
import {
  LISTED_SELECTED,
  READ_SELECTED,
  toListedWorkload,
  toReadWorkload,
  type ListedRow,
  type ReadRow,
} from './workload-row';

const text = (sql: string): Field => ({ sql, kind: 'text' });
const uuid = (sql: string): Field => ({ sql: `${sql}::text`, kind: 'uuid' });

/** Fields of the workload list. The type is the same for all, and no distributed framework is known. */
const WORKLOAD_FIELDS: Readonly<Record<string, Field>> = {
  type: text(`'Inference'::text`),
  name: text('w.name'),
  clusterId: uuid('w.cluster_id'),
  projectId: text('w.project_id'),
  projectName: text('w.project_name'),
  departmentId: text('w.department_id'),
  departmentName: text('w.department_name'),
  createdAt: { sql: 'w.created_at', kind: 'time' },
  deletedAt: { sql: 'w.deleted_at', kind: 'time' },
  submittedBy: text('w.created_by'),
  phase: text('w.phase'),
  completedAt: { sql: 'w.completed_at', kind: 'time' },
  nodepool: { sql: 'w.node_pools', kind: 'list' },
  allocatedGPU: { sql: '(w.allocated_milli_gpu / 1000.0)', kind: 'number' },
  distributedFramework: text('null::text'),
  phaseUpdatedAt: { sql: 'w.phase_updated_at', kind: 'time' },
  category: text(CATEGORY),
  priorityClassName: text(`w.summary->>'priorityClassName'`),
  nodeName: {
    sql: `(select array_agg(distinct n.node_name order by n.node_name) from ${tableOf(PODS)} n
      where n.workload_id = w.id and n.deleted_at is null)`,
    kind: 'list',
  },
  phaseMessage: text('w.phase_message'),
};

const POD_FIELDS: Readonly<Record<string, Field>> = {
  clusterId: uuid('w.cluster_id'),
  workloadId: uuid('p.workload_id'),
  nodeName: text('p.node_name'),
  currentNodepool: text('p.node_pool'),
  createdAt: { sql: 'p.created_at', kind: 'time' },
  completedAt: { sql: 'p.completed_at', kind: 'time' },
  deletedAt: { sql: 'p.deleted_at', kind: 'time' },
};

/** The statement that reads one workload. A repository took 1.4 times as long, and parsed the spec (ADR 0021). */
export const READ_WORKLOAD: Prepared = {
  name: 'read workload',
  text: `select ${READ_SELECTED} from ${tableOf(WORKLOADS)} where id = $1`,
};

const ENTRY = propertiesOf(WORKLOAD_RECORDS, ['seq']);
const readEntry = readerOf(WORKLOAD_RECORDS, ENTRY);
type RecordRow = ReturnType<typeof readEntry>;

const SCALING = propertiesOf(SCALING_ENTRIES);
const readScaling = readerOf(SCALING_ENTRIES, SCALING);

/** Ids come from labels of pods, which others can write too; one that is no UUID matches no workload. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** A repository created an entity for each of thousands of rows, with columns that are not needed. */
const NAMED_SELECTED = selected(WORKLOADS, ['id', 'name', 'projectId', 'projectName'], 'w');

/** Reads lists and single workloads from the tables of the projection. */
export class PostgresWorkloadReader implements WorkloadReader {
  private readonly pool: Pool;

  constructor(private readonly dataSource: DataSource) {
    this.pool = poolOf(dataSource);
  }

  async workload(id: string): Promise<ReadWorkload | undefined> {
    const [row] = await rowsOf<ReadRow>(this.pool, READ_WORKLOAD, [id], AS_TEXT);
    return row && toReadWorkload(row);
  }

  async workloads(query: WorkloadQuery, sorting: Sorting, page: Page): Promise<Paged<ListedWorkload>> {
    const { rows } = await this.pool.query<ListedRow>({
      ...workloadsStatement(query, sorting, page),
      types: AS_TEXT,
    });
    return paged(rows, page, toListedWorkload);
  }

  async count(query: WorkloadQuery): Promise<number> {
    const conditions = workloadConditions(query);
    const rows: { count: string }[] = await this.dataSource.query(
      `select count(*) as count from ${tableOf(WORKLOADS)} w ${conditions.where()}`,
      conditions.values,
    );
    return Number(rows[0]?.count ?? 0);
  }

  async named(seen: Visibility, ids: readonly string[]): Promise<readonly NamedWorkload[]> {
    const uuids = ids.filter((id) => UUID.test(id));
    if (uuids.length === 0) return [];
    const conditions = new Conditions();
    conditions.visible(seen, 'w');
    conditions.add(`w.id = any(${conditions.value(uuids)}::uuid[])`);
    return this.dataSource.query(
      `select ${NAMED_SELECTED} from ${tableOf(WORKLOADS)} w ${conditions.where()}`,
      conditions.values,
    );
  }

  async pods(
    query: Parameters<WorkloadReader['pods']>[0],
    sorting: Sorting,
    page: Page,
  ): Promise<Paged<PodOfWorkload>> {
    const conditions = new Conditions();
    conditions.visible(query.seen, 'w');
    conditions.add(query.deleted ? 'p.deleted_at is not null' : 'p.deleted_at is null');
    for (const filter of query.filters) conditions.filter(fieldOf(POD_FIELDS, filter.field), filter);
    conditions.search(`p.state->>'name'`, query.search);
    const sql = `select p.state, p.updated_at as "podUpdatedAt", p.deleted_at as "podDeletedAt", ${LISTED_SELECTED}
      from ${tableOf(PODS)} p join ${tableOf(WORKLOADS)} w on w.id = p.workload_id
      ${conditions.where()} ${order(POD_FIELDS, sorting, 'p')}`;
    type Joined = ListedRow & { state: unknown; podUpdatedAt: Date; podDeletedAt: Date | null };
    const rows: Joined[] = await this.rows(sql, conditions, page);
    return paged(rows, page, (row) => ({
      workload: toListedWorkload(row),
      pod: toPod({
        workloadId: row.id,
        state: row.state,
        updatedAt: row.podUpdatedAt,
        deletedAt: row.podDeletedAt,
      }),
    }));
  }

  async podsOf(workloadId: string, deleted: boolean, page: Page, search?: string): Promise<Paged<PodRecord>> {
    const conditions = new Conditions();
    conditions.add(`workload_id = ${conditions.value(workloadId)}`);
    conditions.add(deleted ? 'deleted_at is not null' : 'deleted_at is null');
    conditions.search(`state->>'name'`, search);
    const sql = `select ${POD_SELECTED} from ${tableOf(PODS)} p ${conditions.where()} order by created_at, id`;
    const rows: PodRow[] = await this.rows(sql, conditions, page);
    return paged(rows, page, toPod);
  }

  async events(workloadId: string, direction: 'asc' | 'desc', page: Page): Promise<Paged<EventEntry>> {
    const rows = await this.records(workloadId, `and kind = 'event'`, direction, page);
    return paged(rows, page, (row) => toEntry(row) as EventEntry);
  }

  async history(workloadId: string, page: Page): Promise<Paged<HistoryEntry>> {
    return paged(await this.records(workloadId, '', 'asc', page), page, toEntry);
  }

  async timeline(workloadId: string, { from, to }: TimeRange, page: Page): Promise<Paged<TimelineEntry>> {
    const conditions = new Conditions();
    conditions.add(`workload_id = ${conditions.value(workloadId)}`);
    if (from !== undefined) conditions.add(`created_at >= ${conditions.value(from)}`);
    if (to !== undefined) conditions.add(`created_at < ${conditions.value(to)}`);
    const sql = `select ${selected(SCALING_ENTRIES, SCALING)} from ${tableOf(SCALING_ENTRIES)} ${conditions.where()}
      order by created_at desc, sequence desc, id desc`;
    return paged(
      await this.rows<object>(sql, conditions, page),
      page,
      (row) => readScaling(row) as TimelineEntry,
    );
  }

  telemetry(query: TelemetryQuery): Promise<readonly TelemetryValue[]> {
    return readTelemetry(this.dataSource, query);
  }

  held(by: 'project' | 'department', ids: readonly string[]): Promise<readonly HeldResources[]> {
    return readHeld(this.dataSource, by, ids);
  }

  async revisions(workloadId: string): Promise<readonly Revision[]> {
    return this.dataSource
      .getRepository(REVISIONS)
      .find({ where: { workloadId }, order: { generation: 'asc' } });
  }

  async revision(id: string): Promise<Revision | undefined> {
    return (await this.dataSource.getRepository(REVISIONS).findOneBy({ id })) ?? undefined;
  }

  private records(
    workloadId: string,
    extra: string,
    direction: 'asc' | 'desc',
    page: Page,
  ): Promise<RecordRow[]> {
    const conditions = new Conditions();
    conditions.add(`workload_id = ${conditions.value(workloadId)}`);
    const sql = `select ${selected(WORKLOAD_RECORDS, ENTRY)} from ${tableOf(WORKLOAD_RECORDS)} ${conditions.where()} ${extra}
      order by created_at ${direction}, seq ${direction}`;
    return this.rows(sql, conditions, page);
  }

  private rows<R>(sql: string, conditions: Conditions, page: Page): Promise<R[]> {
    return this.dataSource.query(`${sql} ${bounds(conditions, page)}`, conditions.values);
  }
}

/**
 * The statement of a list of workloads. A repository took about twice as long (ADR 0021). Where no index has the order,
 * ids alone are sorted and the page is read by them: whole rows of thousands of workloads would be sorted on disk.
 */
export function workloadsStatement(
  query: WorkloadQuery,
  sorting: Sorting,
  page: Page,
): { readonly text: string; readonly values: unknown[] } {
  const conditions = workloadConditions(query);
  const by = order(WORKLOAD_FIELDS, sorting, 'w');
  const from = `from ${tableOf(WORKLOADS)} w ${conditions.where()} ${by} ${bounds(conditions, page)}`;
  const text = isByCreation(sorting.by)
    ? `select ${LISTED_SELECTED} ${from}`
    : `select ${LISTED_SELECTED} from (select w.id ${from}) of_page join ${tableOf(WORKLOADS)} w using (id) ${by}`;
  return { text, values: conditions.values };
}

/** One row more than the page, to know whether there is a next page. */
const bounds = (conditions: Conditions, { offset, limit }: Page): string =>
  `limit ${conditions.value(limit + 1)} offset ${conditions.value(offset)}`;

function workloadConditions(query: WorkloadQuery): Conditions {
  const conditions = new Conditions();
  conditions.visible(query.seen, 'w');
  conditions.add(query.deleted ? 'w.deleted_at is not null' : 'w.deleted_at is null');
  for (const filter of query.filters) conditions.filter(fieldOf(WORKLOAD_FIELDS, filter.field), filter);
  conditions.search('w.name', query.search);
  return conditions;
}

function fieldOf(fields: Readonly<Record<string, Field>>, name: string): Field {
  const field = fields[name];
  if (field === undefined) throw new Error(`no column for the field ${name}`);
  return field;
}

/** Ties are broken by time and id, so that pages never overlap. */
function order(
  fields: Readonly<Record<string, Field>>,
  { by, order: direction }: Sorting,
  alias: string,
): string {
  const last = `${alias}.created_at ${direction}, ${alias}.id ${direction}`;
  if (isByCreation(by)) return `order by ${last}`;
  return `order by ${fieldOf(fields, by).sql} ${direction} nulls last, ${last}`;
}

const isByCreation = (by: string | undefined): by is 'createdAt' | undefined =>
  by === undefined || by === 'createdAt';

function paged<R, T>(rows: readonly R[], { offset, limit }: Page, map: (row: R) => T): Paged<T> {
  const items = rows.slice(0, limit).map(map);
  return rows.length > limit ? { items, next: offset + limit } : { items };
}

function toEntry(row: RecordRow): HistoryEntry {
  const { body, ...entry } = readEntry(row);
  return { ...entry, ...body } as HistoryEntry;
}
