import { LRUCache } from 'lru-cache';
import type {
  ListedWorkload,
  ObservedState,
  ProjectPlace,
  ReadWorkload,
  SpecJson,
  WorkloadRecord,
  WorkloadSummary,
} from '@tessera/application-control-plane';
import type { DesiredPhase, Phase } from '@tessera/domain-workload';
import { columnsOf, propertiesOf, selected, valuesOf } from '../../entities/statements';
import { WORKLOADS, type WorkloadRow } from '../../entities/workloads';

/** A column as the driver reads it: JSON parsed or as text, a time or its ISO text. */
type Driven<V> = V extends object ? V | string : V;
type Read<Row> = { readonly [P in keyof Row]: Driven<Row[P]> };
type Times = 'createdAt' | 'updatedAt' | 'deletedAt' | 'completedAt' | 'phaseUpdatedAt';

/** Columns in the order of {@link workloadValues}. */
export const WORKLOAD_PROPERTIES = propertiesOf(WORKLOADS);
export const WORKLOAD_COLUMNS = columnsOf(WORKLOADS, WORKLOAD_PROPERTIES);
/** Columns of a workload that are read; the effective spec is only used for commands. */
const READ = propertiesOf(WORKLOADS, ['effectiveSpec', 'allocatedMilliGpu', 'nodePools']);
/** Columns of lists: reading and parsing the specs of a page would cost more than everything else. */
const LISTED = propertiesOf(WORKLOADS, ['effectiveSpec', 'allocatedMilliGpu', 'nodePools', 'spec']);
export const ALL_SELECTED = selected(WORKLOADS, WORKLOAD_PROPERTIES);
export const READ_SELECTED = selected(WORKLOADS, READ);
/** Of the alias `w`. */
export const LISTED_SELECTED = selected(WORKLOADS, LISTED, 'w');

/** The columns of a list. */
export type ListedRow = Omit<Read<Pick<WorkloadRow, (typeof LISTED)[number]>>, Times | 'sequence'> & {
  readonly [P in Times]: WorkloadRow[P] | Date;
} & { readonly sequence: string };
/** The columns of one workload, JSON as text. */
export type ReadRow = ListedRow & { readonly spec: string | null };
/** All columns, JSON parsed. */
export type WholeRow = ListedRow & Pick<WorkloadRow, 'spec' | 'effectiveSpec'>;

const inOrder = valuesOf(WORKLOADS, WORKLOAD_PROPERTIES);

/** The values of all columns. Without policy defaults both specs are the same object, which becomes text once. */
export const workloadValues = (workload: WorkloadRecord): readonly unknown[] => inOrder(toRow(workload));

/** With the fields of the record that are no columns: leaving them out of the copy would cost more than all the rest. */
function toRow(workload: WorkloadRecord): WorkloadRow {
  const { observed, project } = workload;
  return {
    ...workload,
    tenantId: project.tenantId,
    clusterId: project.clusterId,
    departmentId: project.departmentId,
    departmentName: project.departmentName,
    projectId: project.id,
    projectName: project.name,
    namespace: project.namespace,
    defaultNodePools: project.defaultNodePools,
    deletedAt: workload.deletedAt ?? null,
    completedAt: workload.completedAt ?? null,
    allocatedMilliGpu: observed.allocatedMilliGpu,
    nodePools: observed.nodePools,
  };
}

/** Every field of the row. */
export const toWorkload = (row: WholeRow): WorkloadRecord => ({
  ...toListedWorkload(row),
  spec: row.spec,
  effectiveSpec: row.effectiveSpec,
});

export const toReadWorkload = (row: ReadRow): ReadWorkload => new CachedWorkload(row);

/** A row whose JSON is parsed lazily: most answers need one part of it, its text, or nothing. */
class CachedWorkload implements ReadWorkload {
  readonly id: string;
  readonly name: string;
  readonly requestedName: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly generation: number;
  readonly desiredPhase: DesiredPhase;
  readonly phase: Phase;
  readonly phaseMessage: string;
  readonly phaseUpdatedAt: string;
  readonly sequence: number;
  readonly specText: string | null;
  declare readonly deletedAt?: string;
  declare readonly completedAt?: string;

  constructor(private readonly row: ReadRow) {
    this.id = row.id;
    this.name = row.name;
    this.requestedName = row.requestedName;
    this.createdBy = row.createdBy;
    this.createdAt = iso(row.createdAt);
    this.updatedAt = iso(row.updatedAt);
    this.generation = row.generation;
    this.desiredPhase = row.desiredPhase;
    this.phase = row.phase;
    this.phaseMessage = row.phaseMessage;
    this.phaseUpdatedAt = iso(row.phaseUpdatedAt);
    this.sequence = Number(row.sequence);
    this.specText = row.spec;
    withEnds(row, this);
  }

  get project(): ProjectPlace {
    return placeOf(this.row);
  }

  get spec(): SpecJson | null {
    return this.specText === null ? null : json<SpecJson>(this.specText);
  }

  get summary(): WorkloadSummary {
    return json(this.row.summary);
  }

  get observed(): ObservedState {
    return json(this.row.observed);
  }
}

/** A flat literal, because lists contain many of these and spreads cost several times as much. */
export const toListedWorkload = (row: ListedRow): ListedWorkload =>
  withEnds<Mutable<ListedWorkload>>(row, {
    id: row.id,
    name: row.name,
    requestedName: row.requestedName,
    project: placeOf(row),
    createdBy: row.createdBy,
    createdAt: iso(row.createdAt),
    updatedAt: iso(row.updatedAt),
    generation: row.generation,
    desiredPhase: row.desiredPhase,
    phase: row.phase,
    phaseMessage: row.phaseMessage,
    phaseUpdatedAt: iso(row.phaseUpdatedAt),
    sequence: Number(row.sequence),
    summary: summaryOf(row),
    observed: json(row.observed),
  });

/** Cache of summaries by their text, which only changes with the spec; lists return the same workloads repeatedly. */
const summaries = new LRUCache<string, WorkloadSummary>({ max: 2_000 });

function summaryOf({ summary: stored }: ListedRow): WorkloadSummary {
  if (typeof stored !== 'string') return stored;
  const known = summaries.get(stored);
  if (known !== undefined) return known;
  const summary = json<WorkloadSummary>(stored);
  summaries.set(stored, summary);
  return summary;
}

type Ends = Pick<ListedWorkload, 'deletedAt' | 'completedAt'>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds the times that only ended workloads have. */
function withEnds<T extends object>(row: ListedRow, workload: T & Mutable<Ends>): T {
  if (row.deletedAt !== null) workload.deletedAt = iso(row.deletedAt);
  if (row.completedAt !== null) workload.completedAt = iso(row.completedAt);
  return workload;
}

const placeOf = (row: ListedRow): ProjectPlace => ({
  tenantId: row.tenantId,
  id: row.projectId,
  name: row.projectName,
  namespace: row.namespace,
  departmentId: row.departmentId,
  departmentName: row.departmentName,
  clusterId: row.clusterId,
  defaultNodePools: json(row.defaultNodePools),
});

/** A time as RFC 3339, however the driver reads it. */
export const iso = (time: Date | string): string => (typeof time === 'string' ? time : time.toISOString());
const json = <T extends object>(stored: T | string): T =>
  typeof stored === 'string' ? (JSON.parse(stored) as T) : stored;
