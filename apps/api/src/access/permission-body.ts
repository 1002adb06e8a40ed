import type { Role } from '@tessera/application-control-plane';
import type { Action, Answer, Resource } from '@tessera/contracts-rest';

type Permitted = Answer<'get_permissions'>['body'][number];

/** Resource names of the client API: client models know these names and groups only. */
const SHOWN: Readonly<Record<Resource, Omit<Permitted, 'actions'>>> = {
  inferences: { resourceType: 'inferences', displayName: 'Inferences', groupId: 'workload' },
  workloads: { resourceType: 'workloads', displayName: 'Workloads', groupId: 'workload' },
  projects: { resourceType: 'project', displayName: 'Projects', groupId: 'organization' },
  departments: { resourceType: 'department', displayName: 'Departments', groupId: 'organization' },
  clusters: { resourceType: 'cluster', displayName: 'Clusters', groupId: 'physical-resource' },
  nodes: { resourceType: 'nodes', displayName: 'Nodes', groupId: 'physical-resource' },
  nodepools: { resourceType: 'nodepools', displayName: 'Node pools', groupId: 'physical-resource' },
  policies: { resourceType: 'policies', displayName: 'Policies', groupId: 'organization' },
  applications: { resourceType: 'apps', displayName: 'Applications', groupId: 'iam' },
  users: { resourceType: 'users', displayName: 'Users', groupId: 'iam' },
  'access-rules': { resourceType: 'access_rules', displayName: 'Access rules', groupId: 'iam' },
  roles: { resourceType: 'roles', displayName: 'Roles', groupId: 'iam' },
  'data-volumes': { resourceType: 'datavolumes', displayName: 'Data volumes', groupId: 'workload-asset' },
  credentials: { resourceType: 'credentials', displayName: 'Credentials', groupId: 'workload-asset' },
};

/** The predefined roles are part of the program; this is when they were defined. */
const DEFINED_AT = '2026-01-01T00:00:00.000Z';

export const toPermissionBody = (resource: Resource, actions: readonly Action[]): Permitted => ({
  ...SHOWN[resource],
  actions: [...actions],
});

export const toRoleBody = ({ id, name, description, rights }: Role): Answer<'get_role'>['body'] => ({
  id,
  name,
  description,
  permissions: (Object.entries(rights) as [Resource, readonly Action[]][]).map(([resource, actions]) =>
    toPermissionBody(resource, actions),
  ),
  createdAt: DEFINED_AT,
  createdBy: 'tessera',
  updatedAt: DEFINED_AT,
  kind: 'predefined',
  custom: false,
  enabled: true,
  effectiveEnabled: true,
});
