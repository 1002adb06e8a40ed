import type {
  ListedWorkload,
  ObservedState,
  ProjectPlace,
  ReadWorkload,
  SpecJson,
  WorkloadRecord,
  WorkloadSummary,
} from '@tessera/application-submission';
import type { DesiredPhase, Phase } from '@tessera/domain-workload';

/** A column of times: as the driver reads it, or as ISO text. */
type Time = Date | string;
/** A column of JSON: read, or the text it is kept as. */
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

/** Columns in the order of {@link workloadValues}. */
export const WORKLOAD_COLUMNS = [
  'id',
  'tenant_id',
  'cluster_id',
  'department_id',
  'department_name',
  'project_id',
  'project_name',
  'namespace',
  'default_node_pools',
  'name',
  'requested_name',
  'created_by',
  'created_at',
  'updated_at',
  'deleted_at',
  'completed_at',
  'generation',
  'desired_phase',
  'phase',
  'phase_message',
  'phase_updated_at',
  'spec',
  'effective_spec',
  'summary',
  'observed',
  'allocated_milli_gpu',
  'node_pools',
  'sequence',
] as const;

/** What is read of a workload; the effective spec is only what commands are made from. */
export const READ_COLUMNS = WORKLOAD_COLUMNS.filter((column) => column !== 'effective_spec');
/** What lists read: reading and parsing the specs of a page would cost more than all else. */
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
    // Without policy defaults both are one object.
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

/** The spec is read when it is asked for: most answers need its text, or nothing of it. */
export const toReadWorkload = (row: ReadRow): ReadWorkload => {
  const workload = toListedWorkload(row) as Mutable<ReadWorkload>;
  workload.specText = row.spec;
  return Object.defineProperty(workload, 'spec', { enumerable: true, get: () => specOf(row) });
};

const specOf = ({ spec }: ReadRow): SpecJson | null => (spec === null ? null : json<SpecJson>(spec));

/** Lists are made of many of these, so the literal is flat: one with spreads in it costs several times as much. */
export const toListedWorkload = (row: ListedRow): ListedWorkload =>
  withEnds<ListedWorkload>(row, {
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
    summary: json(row.summary),
    observed: json(row.observed),
  });

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Adds the times that only ended workloads have. */
function withEnds<T extends ListedWorkload>(row: ListedRow, workload: Mutable<T>): T {
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
