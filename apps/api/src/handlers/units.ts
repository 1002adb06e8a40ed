import { isDeepStrictEqual } from 'node:util';
import {
  can,
  canWidely,
  visibility,
  type OrganisationStore,
  type Place,
  type Principal,
} from '@tessera/application-control-plane';
import { ERRORS, readFilter } from '@tessera/contracts-rest';
import { namespaceOf } from '@tessera/contracts-kubernetes';
import { isDnsLabel, namespaceOutside, namespaceRefusal, type Guardrails } from '@tessera/domain-workload';
import { HttpError } from '@tessera/platform-http';
import { principalOf, type Call, type Handlers } from '../http/call';
import { toDepartmentBody, toProjectBody } from '../wire/organisation';
import { badRequest, refusedByGuardrails } from '../wire/violations';
import { forbidden, orNotFound, orRefuse } from './changed';

type OrgUnitHandlers = Pick<
  Handlers,
  | 'get_departments'
  | 'create_department'
  | 'get_department'
  | 'update_department'
  | 'delete_department'
  | 'get_projects'
  | 'count_projects'
  | 'create_project'
  | 'get_project'
  | 'update_project'
  | 'delete_project'
>;

interface ListQuery {
  readonly sortBy?: string | undefined;
  readonly sortOrder: 'asc' | 'desc';
}

const sorting = ({ sortBy, sortOrder }: ListQuery) => ({
  order: sortOrder,
  ...(sortBy === undefined ? {} : { by: sortBy }),
});
const orgUnitQuery = (
  resource: 'projects' | 'departments',
  {
    filterBy,
    search,
  }: { readonly filterBy?: readonly string[] | undefined; readonly search?: string | undefined },
  call: Call,
) => ({
  seen: visibility(principalOf(call), resource),
  filters: (filterBy ?? []).map(readFilter),
  ...(search === undefined ? {} : { search }),
});
const next = (page: { readonly next?: number }) => (page.next === undefined ? {} : { next: page.next });

/** Departments and projects. `forget` is called after a change, so that no cached state is used. */
export function orgUnitHandlers(
  store: OrganisationStore,
  namespaces: NamespaceRules,
  forget: () => void,
): OrgUnitHandlers {
  return { ...departmentHandlers(store, forget), ...projectHandlers(store, namespaces, forget) };
}

function departmentHandlers(store: OrganisationStore, forget: () => void) {
  return {
    get_departments: async ({ query }, call) => {
      const page = await store.departments(orgUnitQuery('departments', query, call), sorting(query), query);
      return { status: 200, body: { departments: page.items.map(toDepartmentBody), ...next(page) } };
    },
    create_department: async ({ body }, call) => {
      const { tenantId, name: by } = principalOf(call);
      await clusterOf(store, body.clusterId, tenantId);
      const { name, clusterId, resources } = body;
      const created = orRefuse(await store.createDepartment({ tenantId, clusterId, name, resources, by }));
      return { status: 201, body: toDepartmentBody(created) };
    },
    get_department: async ({ params }) => ({
      status: 200,
      body: toDepartmentBody(orNotFound(await store.department(params.departmentId))),
    }),
    update_department: async ({ params, body }, call) => {
      const principal = principalOf(call);
      const department = orNotFound(await store.department(params.departmentId));
      const { tenantId, clusterId } = department;
      if (!maySetQuota(principal, 'departments', { tenantId, clusterId })) {
        refuseOtherQuota('department', department.resources, body.resources);
        return { status: 200, body: toDepartmentBody(department) };
      }
      const updated = orRefuse(await store.updateDepartment(department.id, body.resources, principal.name));
      forget();
      return { status: 200, body: toDepartmentBody(updated) };
    },
    delete_department: async ({ params }) => {
      orRefuse(await store.deleteDepartment(params.departmentId), 'The department still has projects.');
      forget();
      return { status: 204 };
    },
  } satisfies Partial<OrgUnitHandlers>;
}

function projectHandlers(store: OrganisationStore, namespaces: NamespaceRules, forget: () => void) {
  return {
    get_projects: async ({ query }, call) => {
      const page = await store.projects(orgUnitQuery('projects', query, call), sorting(query), query);
      return { status: 200, body: { projects: page.items.map(toProjectBody), ...next(page) } };
    },
    count_projects: async ({ query }, call) => ({
      status: 200,
      body: { count: await store.countProjects(orgUnitQuery('projects', query, call)) },
    }),
    create_project: async ({ body }, call) => {
      const principal = principalOf(call);
      const department = await departmentFor(store, body.parentId ?? undefined, body.clusterId, call);
      const namespace = namespaceFor(body, namespaces);
      const created = await store.createProject({
        departmentId: department.id,
        clusterId: body.clusterId,
        name: body.name,
        namespace,
        defaultNodePools: body.defaultNodePools ?? ['default'],
        nodeTypes: body.nodeTypes ?? null,
        resources: body.resources,
        by: principal.name,
      });
      forget();
      return { status: 201, body: toProjectBody(orRefuse(created)) };
    },
    get_project: async ({ params }) => ({
      status: 200,
      body: toProjectBody(orNotFound(await store.project(params.projectId))),
    }),
    update_project: async ({ params, body }, call) => {
      const { defaultNodePools, nodeTypes, resources } = body;
      const principal = principalOf(call);
      const project = orNotFound(await store.project(params.projectId));
      const { tenantId, clusterId, departmentId } = project;
      const setsQuota = maySetQuota(principal, 'projects', { tenantId, clusterId, departmentId });
      if (!setsQuota) refuseOtherQuota('project', project.resources, resources);
      const updated = await store.updateProject(project.id, {
        by: principal.name,
        ...(setsQuota ? { resources } : {}),
        ...(defaultNodePools ? { defaultNodePools } : {}),
        ...(nodeTypes ? { nodeTypes } : {}),
      });
      forget();
      return { status: 200, body: toProjectBody(orRefuse(updated)) };
    },
    delete_project: async ({ params }) => {
      orRefuse(await store.deleteProject(params.projectId), 'The project has workloads, or their history.');
      forget();
      return { status: 204 };
    },
  } satisfies Partial<OrgUnitHandlers>;
}

/** The namespaces that no project may have, and those that the operator allows. */
interface NamespaceRules {
  readonly reserved: readonly string[];
  readonly guardrails: Guardrails;
}

/** The namespace of a new project: the requested one, where it is allowed. */
function namespaceFor(
  {
    name,
    requestedNamespace,
  }: { readonly name: string; readonly requestedNamespace?: string | null | undefined },
  { reserved, guardrails }: NamespaceRules,
): string {
  const generated = namespaceOf(name);
  const namespace = requestedNamespace ?? generated;
  const message = isDnsLabel(namespace)
    ? namespaceRefusal({ namespace, generated, generatedPrefix: namespaceOf(''), reserved })
    : `"${namespace}" is not the name of a namespace`;
  const field = typeof requestedNamespace !== 'string' ? 'name' : 'requestedNamespace';
  if (message !== undefined) throw badRequest([{ field, message }]);
  const refused = namespaceOutside(namespace, guardrails, field);
  if (refused !== undefined) throw refusedByGuardrails([refused]);
  return namespace;
}

/**
 * Only a caller with the permission in the parent scope (`above`, without the organisation unit itself) sets its quota.
 */
const maySetQuota = (principal: Principal, resource: 'departments' | 'projects', above: Place): boolean =>
  can(principal, resource, 'update', above);

/** Callers with the permission only in the organisation unit may send its quota unchanged and change other fields. */
function refuseOtherQuota(
  orgUnit: keyof typeof SET_BY,
  current: readonly unknown[],
  asked: readonly unknown[],
): void {
  if (isDeepStrictEqual(current, asked)) return;
  const why = `resources: the quota of a ${orgUnit} is set by ${SET_BY[orgUnit]}; send it unchanged`;
  throw new HttpError(403, ERRORS[403].message, why);
}
const SET_BY = {
  department: 'who may update the departments of its cluster',
  project: 'who may update the projects of its department',
} as const;

async function clusterOf(store: OrganisationStore, id: string, tenantId: number): Promise<void> {
  const cluster = await store.cluster(id);
  if (cluster?.tenantId !== tenantId)
    throw badRequest([{ field: 'clusterId', message: `there is no cluster ${id}` }]);
}

/** The department of a new project; by default the first of the cluster that the caller may use. */
async function departmentFor(
  store: OrganisationStore,
  id: string | undefined,
  clusterId: string,
  call: Call,
) {
  const principal = principalOf(call);
  const mayUse = (department: {
    readonly id: string;
    readonly clusterId: string;
    readonly tenantId: number;
  }): boolean =>
    can(principal, 'projects', 'create', {
      tenantId: department.tenantId,
      clusterId: department.clusterId,
      departmentId: department.id,
    });
  if (id === undefined) {
    const seen = visibility(principal, 'projects', 'create');
    const filters = [{ field: 'clusterId', operator: '==', value: clusterId }] as const;
    const page = await store.departments({ seen, filters }, { order: 'asc' }, { offset: 0, limit: 100 });
    const first = page.items.find(mayUse);
    if (first === undefined && canWidely(principal, 'projects', 'create'))
      throw badRequest([{ field: 'clusterId', message: `there is no department on cluster ${clusterId}` }]);
    if (first === undefined) throw forbidden();
    return first;
  }
  const department = await store.department(id);
  if (department === undefined && canWidely(principal, 'projects', 'create'))
    throw badRequest([{ field: 'parentId', message: `there is no department ${id}` }]);
  if (department === undefined || !mayUse(department)) throw forbidden();
  if (department.clusterId !== clusterId.toLowerCase())
    throw badRequest([{ field: 'clusterId', message: `department ${id} is not on cluster ${clusterId}` }]);
  return department;
}
