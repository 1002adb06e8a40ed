import type { ObservedState, PodRecord, SpecJson, WorkloadSummary } from '@tessera/application-control-plane';
import type { DesiredPhase, Phase } from '@tessera/domain-workload';
import { counter, integer, json, NULLABLE, PRIMARY, serial, text, time, uuid } from './columns';
import { entity, foreignKey } from './entity';

/** A workload as the API shows it, with its project as it was at the creation. */
export interface WorkloadRow {
  readonly id: string;
  readonly tenantId: number;
  readonly clusterId: string;
  readonly departmentId: string;
  readonly departmentName: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly namespace: string;
  readonly defaultNodePools: readonly string[];
  readonly name: string;
  readonly requestedName: string;
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
  readonly completedAt: string | null;
  readonly generation: number;
  readonly desiredPhase: DesiredPhase;
  readonly phase: Phase;
  readonly phaseMessage: string;
  readonly phaseUpdatedAt: string;
  readonly spec: SpecJson | null;
  readonly effectiveSpec: SpecJson;
  readonly summary: WorkloadSummary;
  readonly observed: ObservedState;
  readonly allocatedMilliGpu: number;
  readonly nodePools: readonly string[];
  readonly sequence: number;
}

export const WORKLOADS = entity<WorkloadRow>(
  { name: 'Workload', schema: 'api', tableName: 'workloads' },
  {
    id: uuid(PRIMARY),
    tenantId: integer(),
    clusterId: uuid(),
    departmentId: text(),
    departmentName: text(),
    projectId: text(),
    projectName: text(),
    namespace: text(),
    defaultNodePools: json(),
    name: text(),
    requestedName: text(),
    createdBy: text(),
    createdAt: time(),
    updatedAt: time(),
    deletedAt: time(NULLABLE),
    completedAt: time(NULLABLE),
    generation: integer(),
    desiredPhase: text(),
    phase: text(),
    phaseMessage: text(),
    phaseUpdatedAt: time(),
    spec: json(NULLABLE),
    effectiveSpec: json(),
    summary: json(),
    observed: json(),
    allocatedMilliGpu: integer(),
    nodePools: text({ array: true }),
    sequence: counter(),
  },
  {
    indices: [
      { name: 'workloads_name', columns: ['projectId', 'name'], unique: true, where: 'deleted_at is null' },
      { name: 'workloads_by_creation', columns: ['createdAt', 'id'], where: 'deleted_at is null' },
      {
        name: 'deleted_workloads_by_creation',
        columns: ['createdAt', 'id'],
        where: 'deleted_at is not null',
      },
      { name: 'workloads_deleted_at', columns: ['deletedAt'], where: 'deleted_at is not null' },
    ],
    foreignKeys: [foreignKey('Project', ['projectId'], ['id'])],
  },
);

const OF_WORKLOAD = [foreignKey('Workload', ['workloadId'], ['id'])];

/** An entry of the history of a workload. */
export interface WorkloadRecordRow {
  readonly seq: string;
  readonly id: string;
  readonly workloadId: string;
  readonly createdAt: string;
  readonly kind: 'phase' | 'event';
  readonly body: object;
}

export const WORKLOAD_RECORDS = entity<WorkloadRecordRow>(
  { name: 'WorkloadRecord', schema: 'api', tableName: 'workload_records' },
  { seq: serial(PRIMARY), id: uuid(), workloadId: uuid(), createdAt: time(), kind: text(), body: json() },
  {
    checks: [{ name: 'workload_records_kind_check', expression: `kind in ('phase', 'event')` }],
    indices: [
      { name: 'workload_records_by_workload', columns: ['workloadId', 'createdAt', 'seq'] },
      { name: 'workload_records_at', columns: ['createdAt'] },
    ],
    foreignKeys: OF_WORKLOAD,
  },
);

/** An entry of the scaling timeline of a workload; the id is that of its event. */
export interface ScalingEntryRow {
  readonly id: string;
  readonly workloadId: string;
  readonly createdAt: string;
  readonly sequence: number;
  readonly kind: 'decision' | 'cold-start';
  readonly body: object;
}

export const SCALING_ENTRIES = entity<ScalingEntryRow>(
  { name: 'ScalingEntry', schema: 'api', tableName: 'scaling_entries' },
  {
    id: text(PRIMARY),
    workloadId: uuid(),
    createdAt: time(),
    sequence: counter(),
    kind: text(),
    body: json(),
  },
  {
    checks: [{ name: 'scaling_entries_kind_check', expression: `kind in ('decision', 'cold-start')` }],
    indices: [
      { name: 'scaling_entries_by_workload', columns: ['workloadId', 'createdAt', 'sequence'] },
      { name: 'scaling_entries_at', columns: ['createdAt'] },
    ],
    foreignKeys: OF_WORKLOAD,
  },
);

export interface PodTableRow {
  readonly id: string;
  readonly workloadId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly completedAt: string | null;
  readonly deletedAt: string | null;
  readonly nodeName: string | null;
  readonly nodePool: string | null;
  readonly state: PodRecord['state'];
}

export const PODS = entity<PodTableRow>(
  { name: 'Pod', schema: 'api', tableName: 'pods' },
  {
    id: uuid(PRIMARY),
    workloadId: uuid(),
    createdAt: time(),
    updatedAt: time(),
    completedAt: time(NULLABLE),
    deletedAt: time(NULLABLE),
    nodeName: text(NULLABLE),
    nodePool: text(NULLABLE),
    state: json(),
  },
  {
    indices: [
      { name: 'pods_by_workload', columns: ['workloadId', 'createdAt', 'id'] },
      { name: 'pods_by_creation', columns: ['createdAt', 'id'], where: 'deleted_at is null' },
      { name: 'pods_deleted_at', columns: ['deletedAt'], where: 'deleted_at is not null' },
    ],
    foreignKeys: OF_WORKLOAD,
  },
);

export interface RevisionRow {
  readonly id: string;
  readonly workloadId: string;
  readonly generation: number;
  readonly createdAt: string;
  readonly spec: SpecJson;
}

export const REVISIONS = entity<RevisionRow>(
  { name: 'Revision', schema: 'api', tableName: 'revisions' },
  { id: uuid(PRIMARY), workloadId: uuid(), generation: integer(), createdAt: time(), spec: json() },
  {
    uniques: [{ columns: ['workloadId', 'generation'] }],
    indices: [{ name: 'revisions_at', columns: ['createdAt'] }],
    foreignKeys: OF_WORKLOAD,
  },
);

/** A node port, URL or host that one workload of its cluster has exclusively. */
export interface AddressRow {
  readonly clusterId: string;
  readonly kind: string;
  readonly value: string;
  readonly workloadId: string;
}

export const ADDRESSES = entity<AddressRow>(
  { name: 'Address', schema: 'api', tableName: 'addresses' },
  { clusterId: uuid(PRIMARY), kind: text(PRIMARY), value: text(PRIMARY), workloadId: uuid() },
  {
    checks: [{ name: 'addresses_kind_check', expression: `kind in ('node-port', 'url', 'host')` }],
    indices: [{ name: 'addresses_by_workload', columns: ['workloadId'] }],
    foreignKeys: OF_WORKLOAD,
  },
);
