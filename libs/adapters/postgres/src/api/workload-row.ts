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
  readonly default_node_pools: readonly string[];
  readonly name: string;
  readonly requested_name: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly deleted_at: Date | null;
  readonly completed_at: Date | null;
  readonly generation: number;
  readonly desired_phase: DesiredPhase;
  readonly phase: Phase;
  readonly phase_message: string;
  readonly phase_updated_at: Date;
  readonly summary: WorkloadSummary;
  readonly observed: ObservedState;
  readonly sequence: string;
}

/** The columns of {@link READ_COLUMNS}. */
export interface ReadRow extends ListedRow {
  readonly spec: SpecJson | null;
}

/** All columns. */
export interface WorkloadRow extends ReadRow {
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

export const toWorkload = (row: WorkloadRow): WorkloadRecord => ({
  ...toReadWorkload(row),
  effectiveSpec: row.effective_spec,
});

export const toReadWorkload = (row: ReadRow): ReadWorkload => ({ ...toListedWorkload(row), spec: row.spec });

export function toListedWorkload(row: ListedRow): ListedWorkload {
  return {
    id: row.id,
    name: row.name,
    requestedName: row.requested_name,
    project: placeOf(row),
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    ...(row.deleted_at === null ? {} : { deletedAt: row.deleted_at.toISOString() }),
    ...(row.completed_at === null ? {} : { completedAt: row.completed_at.toISOString() }),
    generation: row.generation,
    desiredPhase: row.desired_phase,
    phase: row.phase,
    phaseMessage: row.phase_message,
    phaseUpdatedAt: row.phase_updated_at.toISOString(),
    summary: row.summary,
    observed: row.observed,
    sequence: Number(row.sequence),
  };
}

const placeOf = (row: ListedRow): ProjectPlace => ({
  tenantId: row.tenant_id,
  id: row.project_id,
  name: row.project_name,
  namespace: row.namespace,
  departmentId: row.department_id,
  departmentName: row.department_name,
  clusterId: row.cluster_id,
  defaultNodePools: row.default_node_pools,
});
