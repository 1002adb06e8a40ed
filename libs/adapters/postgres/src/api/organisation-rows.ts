import type {
  ClusterRecord,
  DepartmentRecord,
  NodePoolRecord,
  ProjectRecord,
  QuotaResources,
} from '@tessera/application-control-plane';

interface StampedRow {
  readonly created_at: Date;
  readonly created_by: string;
  readonly updated_at: Date;
  readonly updated_by: string;
}

export interface DepartmentRow extends StampedRow {
  readonly id: string;
  readonly tenant_id: number;
  readonly cluster_id: string;
  readonly name: string;
  readonly resources: QuotaResources;
}

export interface ProjectRow extends DepartmentRow {
  readonly department_id: string;
  readonly department_name: string;
  readonly namespace: string;
  readonly default_node_pools: readonly string[];
  readonly node_types: Readonly<Record<string, unknown>> | null;
  readonly allocated: string;
}

export interface ClusterRow {
  readonly id: string;
  readonly tenant_id: number;
  readonly name: string;
  readonly domain: string | null;
  readonly version: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_liveness: Date | null;
}

export interface NodePoolRow extends StampedRow {
  readonly id: number;
  readonly cluster_id: string;
  readonly name: string;
  readonly label_key: string;
  readonly label_value: string;
  readonly is_default: boolean;
  readonly placement_strategy: Readonly<Record<string, unknown>> | null;
  readonly over_provisioning_ratio: number;
}

const stamped = (row: StampedRow) => ({
  createdAt: row.created_at.toISOString(),
  createdBy: row.created_by,
  updatedAt: row.updated_at.toISOString(),
  updatedBy: row.updated_by,
});

export const toDepartment = (row: DepartmentRow): DepartmentRecord => ({
  id: row.id,
  tenantId: row.tenant_id,
  clusterId: row.cluster_id,
  name: row.name,
  resources: row.resources,
  ...stamped(row),
});

export const toProject = (row: ProjectRow): ProjectRecord => ({
  ...toDepartment(row),
  departmentId: row.department_id,
  departmentName: row.department_name,
  namespace: row.namespace,
  defaultNodePools: row.default_node_pools,
  nodeTypes: row.node_types,
  allocatedMilliGpu: Number(row.allocated),
});

export const toCluster = (row: ClusterRow): ClusterRecord => ({
  id: row.id,
  tenantId: row.tenant_id,
  name: row.name,
  domain: row.domain,
  version: row.version,
  createdAt: row.created_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
  lastLiveness: row.last_liveness?.toISOString() ?? null,
});

export const toNodePool = (row: NodePoolRow): NodePoolRecord => ({
  id: row.id,
  clusterId: row.cluster_id,
  name: row.name,
  labelKey: row.label_key,
  labelValue: row.label_value,
  isDefault: row.is_default,
  placementStrategy: row.placement_strategy,
  overProvisioningRatio: row.over_provisioning_ratio,
  ...stamped(row),
});
