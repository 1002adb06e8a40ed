import type {
  ClusterRecord,
  DepartmentRecord,
  NodePoolRecord,
  ProjectRecord,
} from '@tessera/application-control-plane';
import { boolean, counter, integer, json, NOW, NULLABLE, PRIMARY, text, time, uuid } from './columns';
import { entity, foreignKey } from './entity';

export interface TenantRow {
  readonly id: number;
  readonly name: string;
  readonly createdAt: string;
}

export const TENANTS = entity<TenantRow>(
  { name: 'Tenant', schema: 'api', tableName: 'tenants' },
  { id: integer(PRIMARY), name: text(), createdAt: time(NOW) },
);

export interface ClusterRow extends ClusterRecord {
  readonly deletedAt: string | null;
}

export const CLUSTERS = entity<ClusterRow>(
  { name: 'Cluster', schema: 'api', tableName: 'clusters' },
  {
    id: uuid(PRIMARY),
    tenantId: integer(),
    name: text(),
    domain: text(NULLABLE),
    version: text(NULLABLE),
    createdAt: time(NOW),
    updatedAt: time(NOW),
    lastLiveness: time(NULLABLE),
    deletedAt: time(NULLABLE),
  },
  { foreignKeys: [foreignKey('Tenant', ['tenantId'], ['id'])] },
);

const STAMPS = { createdBy: text(), updatedBy: text(), createdAt: time(NOW), updatedAt: time(NOW) };

export interface DepartmentRow extends DepartmentRecord {
  /** Increments with each change, so that messages about it may arrive late or twice. */
  readonly version: number;
  /** The newest version that was sent to its cluster; 0 for rows that were never sent. */
  readonly sentVersion: number;
}

export const DEPARTMENTS = entity<DepartmentRow>(
  { name: 'Department', schema: 'api', tableName: 'departments' },
  {
    id: text(PRIMARY),
    tenantId: integer(),
    clusterId: uuid(),
    name: text(),
    resources: json({ default: [] }),
    ...STAMPS,
    version: counter({ default: 1 }),
    sentVersion: counter({ default: 0 }),
  },
  {
    uniques: [{ columns: ['clusterId', 'name'] }],
    foreignKeys: [foreignKey('Tenant', ['tenantId'], ['id']), foreignKey('Cluster', ['clusterId'], ['id'])],
  },
);

/** The policy of a project: defaults of its inferences, and guardrails that replace those of the platform. */
export type ProjectPolicy = Readonly<Record<string, unknown>>;

export interface ProjectRow extends Omit<ProjectRecord, 'tenantId' | 'departmentName' | 'allocatedMilliGpu'> {
  readonly inferencePolicy: ProjectPolicy | null;
  readonly version: number;
  readonly sentVersion: number;
  /** Increments with each change of its data volumes and credentials (trigger `count_change`). */
  readonly assetsVersion: number;
}

export const PROJECTS = entity<ProjectRow>(
  { name: 'Project', schema: 'api', tableName: 'projects' },
  {
    id: text(PRIMARY),
    departmentId: text(),
    clusterId: uuid(),
    name: text(),
    namespace: text(),
    defaultNodePools: json({ default: [] }),
    nodeTypes: json(NULLABLE),
    resources: json({ default: [] }),
    inferencePolicy: json(NULLABLE),
    ...STAMPS,
    version: counter({ default: 1 }),
    sentVersion: counter({ default: 0 }),
    assetsVersion: counter({ default: 0 }),
  },
  {
    uniques: [{ columns: ['clusterId', 'name'] }, { columns: ['clusterId', 'namespace'] }],
    foreignKeys: [
      foreignKey('Department', ['departmentId'], ['id']),
      foreignKey('Cluster', ['clusterId'], ['id']),
    ],
  },
);

export const NODE_POOLS = entity<NodePoolRecord>(
  { name: 'NodePool', schema: 'api', tableName: 'node_pools' },
  {
    id: integer({ ...PRIMARY, generated: 'increment' }),
    clusterId: uuid(),
    name: text(),
    labelKey: text(),
    labelValue: text(),
    isDefault: boolean({ default: false }),
    placementStrategy: json(NULLABLE),
    overProvisioningRatio: integer({ default: 1 }),
    ...STAMPS,
  },
  {
    uniques: [{ columns: ['clusterId', 'name'] }],
    foreignKeys: [foreignKey('Cluster', ['clusterId'], ['id'])],
  },
);
