import {
  ROLES,
  type Grant,
  type ResourceScope,
  type Principal,
  type ProjectPlace,
  type ReadWorkload,
  type Revision,
  type Role,
} from '@tessera/application-control-plane';
import { stubOf } from '@tessera/testing-builders';
import { ROUTES, type Permission, type Route } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';
import { authorise, placeOf, type Places } from './authorise';

const tenantId = 1;
type Where = 'own' | 'foreign';
const project = (where: Where): ProjectPlace => ({
  tenantId,
  id: `project-${where}`,
  name: `project-${where}`,
  namespace: `project-${where}`,
  departmentId: `department-${where}`,
  departmentName: `department-${where}`,
  clusterId: `cluster-${where}`,
  defaultNodePools: [],
});
const byId = <T>(make: (where: Where) => T, kind: string, id: string): T | undefined =>
  id === `${kind}-own` ? make('own') : id === `${kind}-foreign` ? make('foreign') : undefined;

/** An organisation of two clusters, each with one department, one project and one workload. */
const places: Places = {
  directory: {
    project: async (id) => byId(project, 'project', id),
    clusterExists: async () => true,
    references: async () => ({ references: {}, version: '0' }),
    cachedReferences: async () => ({ references: {}, version: '0' }),
    forgetProject: () => undefined,
    inferenceDefaults: async () => undefined,
    orgUnitVersions: async () => undefined,
    guardrailOverrides: async () => undefined,
  },
  reader: {
    workload: async (id) =>
      byId((where) => stubOf<ReadWorkload>({ id, project: project(where) }), 'workload', id),
    revision: async (id) =>
      byId((where) => stubOf<Revision>({ id, workloadId: `workload-${where}` }), 'revision', id),
  },
  department: async (id) =>
    byId(
      (where): ResourceScope => ({
        tenantId,
        clusterId: `cluster-${where}`,
        departmentId: `department-${where}`,
      }),
      'department',
      id,
    ),
  cluster: async (id) =>
    byId((where): ResourceScope => ({ tenantId, clusterId: `cluster-${where}` }), 'cluster', id),
  shows: async (orgUnit, id, seen) => {
    const inside = byId(project, orgUnit, id);
    if (inside === undefined) return false;
    return (
      seen.all ||
      seen.projects.includes(inside.id) ||
      seen.departments.includes(inside.departmentId) ||
      seen.clusters.includes(inside.clusterId)
    );
  },
};

type Right = Extract<Permission, { kind: 'right' }>;
const rights = (Object.entries(ROUTES) as [string, Route][]).flatMap(([operation, { permission }]) =>
  permission.kind === 'right' ? [{ operation, permission }] : [],
);

const named = (where: Where | 'unknown') => ({
  params: {
    workloadId: `workload-${where}`,
    revisionId: `revision-${where}`,
    projectId: `project-${where}`,
    departmentId: `department-${where}`,
    clusterId: `cluster-${where}`,
  },
  query: { projectId: `project-${where}` },
  raw: { projectId: `project-${where}`, meta: { projectId: `project-${where}` } },
});

const principalOf = (role: Role, grant: Omit<Grant, 'roleId'>): Principal => ({
  subjectId: 's',
  kind: 'user',
  name: 's',
  tenantId,
  grants: [{ roleId: role.id, ...grant }],
});

async function outcome(permission: Right, principal: Principal, where: Where | 'unknown'): Promise<number> {
  try {
    await authorise(permission, principal, named(where), places);
    return 200;
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

const has = (role: Role, { resource, action }: Pick<Right, 'resource' | 'action'>): boolean =>
  role.rights[resource]?.includes(action) === true;

/** The expected outcome for one role in one scope, from the role table alone. */
function wanted(
  role: Role,
  { resource, action, scope }: Right,
  scopeType: Grant['scopeType'],
  where: Where | 'unknown',
) {
  if (!has(role, { resource, action })) return 403;
  const wide = scopeType === 'tenant';
  const byProject = scope === 'body-project' || scope === 'body-meta-project' || scope === 'query-project';
  if (scope === 'visible') return 200;
  if (scope === 'tenant') return wide ? 200 : 403;
  if (byProject) return wide || where === 'own' ? 200 : 403;
  if (wide) return where === 'unknown' ? 404 : 200;
  if (where !== 'own') return 403;
  const order = ['cluster', 'department', 'project'];
  const place = scope.replace('whole-', '');
  const below = order.includes(place) && order.indexOf(place) < order.indexOf(scopeType);
  return !below || (action === 'read' && place === scope) ? 200 : 403;
}

const grants = [
  { scopeType: 'tenant', scopeId: String(tenantId) },
  { scopeType: 'cluster', scopeId: 'cluster-own' },
  { scopeType: 'department', scopeId: 'department-own' },
  { scopeType: 'project', scopeId: 'project-own' },
] as const;

describe('authorisation of calls', () => {
  it.each(rights)('$operation: every role, every scope, own, foreign and unknown', async ({ permission }) => {
    for (const role of ROLES)
      for (const grant of grants)
        for (const where of ['own', 'foreign', 'unknown'] as const) {
          const got = await outcome(permission, principalOf(role, grant), where);
          const want = wanted(role, permission, grant.scopeType, where);
          expect([role.name, grant.scopeType, where, got]).toEqual([role.name, grant.scopeType, where, want]);
        }
  });

  it('permits nothing without a role, and nothing in another tenant', async () => {
    const [administrator] = ROLES;
    if (administrator === undefined) throw new Error('there are no roles');
    for (const { permission } of rights) {
      const nobody = { ...principalOf(administrator, grants[0]), grants: [] };
      expect(await outcome(permission, nobody, 'own')).toBe(403);
      const stranger = { ...principalOf(administrator, { scopeType: 'tenant', scopeId: '2' }), tenantId: 2 };
      if (permission.scope === 'workload') expect(await outcome(permission, stranger, 'own')).toBe(404);
    }
  });

  it('does not let a permission of one scope leak into another', async () => {
    const viewer = ROLES.find(({ name }) => name === 'Viewer');
    const engineer = ROLES.find(({ name }) => name === 'ML engineer');
    if (viewer === undefined || engineer === undefined) throw new Error('a role is missing');
    const principal: Principal = {
      ...principalOf(viewer, { scopeType: 'project', scopeId: 'project-foreign' }),
      grants: [
        { roleId: viewer.id, scopeType: 'project', scopeId: 'project-foreign' },
        { roleId: engineer.id, scopeType: 'project', scopeId: 'project-own' },
      ],
    };
    const create = {
      kind: 'right',
      resource: 'inferences',
      action: 'create',
      scope: 'body-project',
    } as const;
    const remove = { kind: 'right', resource: 'inferences', action: 'delete', scope: 'workload' } as const;
    expect(await outcome(create, principal, 'own')).toBe(200);
    expect(await outcome(create, principal, 'foreign')).toBe(403);
    expect(await outcome(remove, principal, 'foreign')).toBe(403);
    expect(await outcome({ ...remove, action: 'read' }, principal, 'foreign')).toBe(200);
  });

  it('confines a project to its scope', () => {
    expect(placeOf(project('own'))).toEqual({
      tenantId,
      clusterId: 'cluster-own',
      departmentId: 'department-own',
      projectId: 'project-own',
    });
  });
});
