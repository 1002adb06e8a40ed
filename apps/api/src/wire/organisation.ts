import type {
  AccessRuleRecord,
  ClusterRecord,
  DepartmentRecord,
  NodePoolRecord,
  ProjectRecord,
  SubjectRecord,
} from '@tessera/application-control-plane';
import { roleById } from '@tessera/application-control-plane';
import type { Answer } from '@tessera/contracts-rest';

type Department = Answer<'get_department'>['body'];
type Project = Answer<'get_project'>['body'];
type Cluster = Answer<'get_clusters'>['body'][number];
type NodePool = Answer<'getNodePools'>['body'][number];

const totalOf = (resources: Department['resources']) => ({
  gpuQuota: resources.reduce((sum, { gpu }) => sum + gpu.deserved, 0),
});

export const toDepartmentBody = (department: DepartmentRecord): Department => ({
  id: department.id,
  name: department.name,
  clusterId: department.clusterId,
  resources: [...department.resources] as Department['resources'],
  totalResources: totalOf(department.resources as Department['resources']),
  createdAt: department.createdAt,
  createdBy: department.createdBy,
  updatedAt: department.updatedAt,
  updatedBy: department.updatedBy,
  description: '',
});

export const toProjectBody = (project: ProjectRecord): Project => ({
  id: project.id,
  name: project.name,
  clusterId: project.clusterId,
  departmentId: project.departmentId,
  parentId: project.departmentId,
  parent: { id: project.departmentId, name: project.departmentName },
  requestedNamespace: project.namespace,
  resources: [...project.resources] as Project['resources'],
  defaultNodePools: [...project.defaultNodePools],
  nodeTypes: project.nodeTypes,
  phase: 'Ready',
  description: '',
  enforceRunaiScheduler: true,
  totalResources: totalOf(project.resources as Project['resources']),
  effective: { defaultNodePools: [...project.defaultNodePools], nodeTypes: project.nodeTypes },
  createdAt: project.createdAt,
  createdBy: project.createdBy,
  updatedAt: project.updatedAt,
  updatedBy: project.updatedBy,
  status: {
    phase: 'Ready',
    phaseMessage: '',
    namespace: project.namespace,
    quotaStatus: {
      allocated: { gpu: project.allocatedMilliGpu / 1000 },
      allocatedNonPreemptible: { gpu: project.allocatedMilliGpu / 1000 },
    },
  },
});

/** How long after its last heartbeat a cluster still counts as connected, ms. */
const LIVENESS_MS = 5 * 60_000;

export function toClusterBody(cluster: ClusterRecord, now: number, full = true): Cluster {
  const { lastLiveness } = cluster;
  const state =
    lastLiveness === null
      ? 'WaitingToConnect'
      : now - Date.parse(lastLiveness) < LIVENESS_MS
        ? 'Connected'
        : 'Disconnected';
  return {
    uuid: cluster.id,
    tenantId: cluster.tenantId,
    name: cluster.name,
    domain: cluster.domain,
    version: cluster.version,
    createdAt: cluster.createdAt,
    updatedAt: cluster.updatedAt,
    lastLiveness,
    ...(full ? { status: { state } } : {}),
  };
}

export const toNodePoolBody = (pool: NodePoolRecord): NodePool => ({
  id: pool.id,
  name: pool.name,
  labelKey: pool.labelKey,
  labelValue: pool.labelValue,
  overProvisioningRatio: pool.overProvisioningRatio,
  placementStrategy: pool.placementStrategy as NodePool['placementStrategy'],
  clusterId: pool.clusterId,
  isDefault: pool.isDefault,
  status: 'Ready',
  createdAt: pool.createdAt,
  createdBy: pool.createdBy,
  updatedAt: pool.updatedAt,
  updatedBy: pool.updatedBy,
});

export function toNodePoolOfTenantBody(
  pool: NodePoolRecord,
  cluster: ClusterRecord,
): Answer<'get_node_pools'>['body']['nodepools'][number] {
  const { id, status: _status, ...fields } = toNodePoolBody(pool);
  const { labelKey, labelValue } = pool;
  return {
    ...fields,
    id: String(id),
    tenantId: cluster.tenantId,
    clusterName: cluster.name,
    phase: 'Ready',
    phaseMessage: '',
    status: { labelKey, labelValue },
  };
}

export const toApplicationBody = (subject: SubjectRecord): Answer<'get_application_by_id'>['body'] => ({
  id: subject.id,
  name: subject.name,
  clientId: subject.clientId,
  enabled: true,
  createdAt: subject.createdAt,
  createdBy: subject.createdBy,
  lastLogin: subject.lastLogin,
});

export const toUserBody = (subject: SubjectRecord): Answer<'get_users'>['body'][number] => ({
  id: subject.id,
  username: subject.name,
  type: 'local',
  createdAt: subject.createdAt,
  createdBy: subject.createdBy,
  lastLogin: subject.lastLogin,
});

export const toAccessRuleBody = (rule: AccessRuleRecord): Answer<'get_access_rule'>['body'] => ({
  id: rule.id,
  subjectId: rule.subjectId,
  subjectType: rule.subjectType,
  ...(rule.issuer === null ? {} : { issuer: rule.issuer }),
  roleId: rule.roleId,
  roleName: roleById(rule.roleId)?.name ?? '',
  scopeId: rule.scopeId,
  scopeName: rule.scopeName,
  scopeType: rule.scopeType,
  tenantId: rule.tenantId,
  createdAt: rule.createdAt,
  updatedAt: rule.createdAt,
  createdBy: rule.createdBy,
});
