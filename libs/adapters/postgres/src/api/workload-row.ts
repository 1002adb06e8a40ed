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

/** A column of times: as the driver reads it, or as ISO text. */
type Time = Date | string;
/** A column of JSON: parsed, or as text. */
type Json<T> = T | string;

/** The columns of {@link LISTED_COLUMNS} as the driver gives them. */
export interface ListedRow {
  readonly id: string;
  readonly tenant_id: number;
  readonly cluster_id: string;
  readonly department_id: string;
  readonly department_name: string;
  readonly project_id: string;
  readonly project_name: string;
  readonly namespace: string;
  readonly default_node_pools: Json<readonly string[]>;
  readonly name: string;
  readonly requested_name: string;
  readonly created_by: string;
  readonly created_at: Time;
  readonly updated_at: Time;
  readonly deleted_at: Time | null;
  readonly completed_at: Time | null;
  readonly generation: number;
  readonly desired_phase: DesiredPhase;
  readonly phase: Phase;
  readonly phase_message: string;
  readonly phase_updated_at: Time;
  readonly summary: Json<WorkloadSummary>;
  readonly observed: Json<ObservedState>;
  readonly sequence: string;
}

/** The columns of {@link READ_COLUMNS}, JSON as text. */
export interface ReadRow extends ListedRow {
  readonly spec: string | null;
}

/** All columns, JSON read. */
export interface WorkloadRow extends ListedRow {
  readonly spec: SpecJson | null;
  readonly effective_spec: SpecJson;
}

/** Types of the columns, in the order of {@link workloadValues}. */
const TYPES = {
  id: 'uuid',
  tenant_id: 'integer',
  cluster_id: 'uuid',
  department_id: 'text',
  department_name: 'text',
  project_id: 'text',
  project_name: 'text',
  namespace: 'text',
  default_node_pools: 'json',
  name: 'text',
  requested_name: 'text',
  created_by: 'text',
  created_at: 'timestamptz',
  updated_at: 'timestamptz',
  deleted_at: 'timestamptz',
  completed_at: 'timestamptz',
  generation: 'integer',
  desired_phase: 'text',
  phase: 'text',
  phase_message: 'text',
  phase_updated_at: 'timestamptz',
  spec: 'json',
  effective_spec: 'json',
  summary: 'json',
  observed: 'json',
  allocated_milli_gpu: 'integer',
  node_pools: 'text[]',
  sequence: 'bigint',
} as const;

/** Columns in the order of {@link workloadValues}. */
export const WORKLOAD_COLUMNS = Object.keys(TYPES) as (keyof typeof TYPES)[];
export const WORKLOAD_TYPES = Object.values(TYPES);

/** Columns of a workload that are read; the effective spec is only used for commands. */
export const READ_COLUMNS = WORKLOAD_COLUMNS.filter((column) => column !== 'effective_spec');
/** Columns of lists: reading and parsing the specs of a page would cost more than everything else. */
export const LISTED_COLUMNS = READ_COLUMNS.filter((column) => column !== 'spec');

export function workloadValues(workload: WorkloadRecord): readonly unknown[] {
  const { project, observed, spec, effectiveSpec } = workload;
  const specText = spec === null ? null : JSON.stringify(spec);
  return [
    workload.id,
    project.tenantId,
    project.clusterId,
    project.departmentId,
    project.departmentName,
    project.id,
    project.name,
    project.namespace,
    JSON.stringify(project.defaultNodePools),
    workload.name,
    workload.requestedName,
    workload.createdBy,
    workload.createdAt,
    workload.updatedAt,
    workload.deletedAt ?? null,
    workload.completedAt ?? null,
    workload.generation,
    workload.desiredPhase,
    workload.phase,
    workload.phaseMessage,
    workload.phaseUpdatedAt,
    specText,
    // Without policy defaults both are the same object.
    effectiveSpec === spec ? specText : JSON.stringify(effectiveSpec),
    JSON.stringify(workload.summary),
    JSON.stringify(observed),
    observed.allocatedMilliGpu,
    observed.nodePools,
    workload.sequence,
  ];
}

/** All of it. */
export const toWorkload = (row: WorkloadRow): WorkloadRecord => ({
  ...toListedWorkload(row),
  spec: row.spec,
  effectiveSpec: row.effective_spec,
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
    this.requestedName = row.requested_name;
    this.createdBy = row.created_by;
    this.createdAt = iso(row.created_at);
    this.updatedAt = iso(row.updated_at);
    this.generation = row.generation;
    this.desiredPhase = row.desired_phase;
    this.phase = row.phase;
    this.phaseMessage = row.phase_message;
    this.phaseUpdatedAt = iso(row.phase_updated_at);
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
    requestedName: row.requested_name,
    project: placeOf(row),
    createdBy: row.created_by,
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
    generation: row.generation,
    desiredPhase: row.desired_phase,
    phase: row.phase,
    phaseMessage: row.phase_message,
    phaseUpdatedAt: iso(row.phase_updated_at),
    sequence: Number(row.sequence),
    summary: summaryOf(row),
    observed: json(row.observed),
  });

/** Cache of summaries by their text, which only changes with the spec; lists return the same workloads repeatedly. */
const summaries = new Map<string, WorkloadSummary>();
const SUMMARIES_KEPT = 2_000;

function summaryOf({ summary: kept }: ListedRow): WorkloadSummary {
  if (typeof kept !== 'string') return kept;
  const known = summaries.get(kept);
  if (known !== undefined) return known;
  const summary = json<WorkloadSummary>(kept);
  if (summaries.size >= SUMMARIES_KEPT) summaries.clear();
  summaries.set(kept, summary);
  return summary;
}

type Ends = Pick<ListedWorkload, 'deletedAt' | 'completedAt'>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds the times that only ended workloads have. */
function withEnds<T extends object>(row: ListedRow, workload: T & Mutable<Ends>): T {
  if (row.deleted_at !== null) workload.deletedAt = iso(row.deleted_at);
  if (row.completed_at !== null) workload.completedAt = iso(row.completed_at);
  return workload;
}

const placeOf = (row: ListedRow): ProjectPlace => ({
  tenantId: row.tenant_id,
  id: row.project_id,
  name: row.project_name,
  namespace: row.namespace,
  departmentId: row.department_id,
  departmentName: row.department_name,
  clusterId: row.cluster_id,
  defaultNodePools: json(row.default_node_pools),
});

const iso = (time: Time): string => (typeof time === 'string' ? time : time.toISOString());
const json = <T extends object>(kept: Json<T>): T =>
  typeof kept === 'string' ? (JSON.parse(kept) as T) : kept;
