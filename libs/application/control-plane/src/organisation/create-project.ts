import { isDnsLabel, namespaceOutside, namespaceRefusal, type Guardrails } from '@tessera/domain-workload';
import { can, canWidely, visibility, type Principal } from '../access/access';
import { invalid, outcomeOf, type Outcome } from '../outcome';
import type { DepartmentRecord } from './department-store';
import type { OrganisationStore } from './organisation-store';
import type { NewProject, ProjectRecord } from './project-store';

/** The namespaces that no project may have, and those that the operator allows. */
export interface NamespaceRules {
  readonly reserved: readonly string[];
  readonly guardrails: Guardrails;
  /** The namespace of a project of that name that requests none. */
  readonly generated: (projectName: string) => string;
}

/** A project to be created; the department is by default the first of the cluster that the caller may use. */
export interface ProjectRequest extends Pick<NewProject, 'name' | 'clusterId' | 'nodeTypes' | 'resources'> {
  readonly departmentId: string | undefined;
  readonly requestedNamespace: string | null | undefined;
  readonly defaultNodePools: readonly string[] | undefined;
}

/** Paths of the gateway that begin with it are those of the endpoint for all models. */
const NAME_OF_ENDPOINT = 'v1';

type Store = Pick<OrganisationStore, 'department' | 'departments' | 'createProject'>;

/** Creates a project in a department that the caller may use, with the namespace that it requests or a generated one. */
export async function createProject(
  store: Store,
  namespaces: NamespaceRules,
  request: ProjectRequest,
  caller: Principal,
): Promise<Outcome<ProjectRecord>> {
  const { name, clusterId, nodeTypes, resources, defaultNodePools = ['default'] } = request;
  const department = await departmentFor(store, request, caller);
  if (department.kind !== 'done') return department;
  if (name === NAME_OF_ENDPOINT)
    return invalid('name', `"${name}" is the path of the endpoint for all models; choose another name`);
  const namespace = namespaceFor(request, namespaces);
  if (namespace.kind !== 'done') return namespace;
  const created = await store.createProject({
    ...{ name, clusterId, nodeTypes, resources, defaultNodePools },
    departmentId: department.value.id,
    namespace: namespace.value,
    by: caller.name,
  });
  return outcomeOf(created);
}

/** The requested namespace or the generated one, where it is allowed. */
function namespaceFor(
  { name, requestedNamespace }: Pick<ProjectRequest, 'name' | 'requestedNamespace'>,
  { reserved, guardrails, generated: generatedFor }: NamespaceRules,
): Outcome<string> {
  const generated = generatedFor(name);
  const namespace = requestedNamespace ?? generated;
  const message = isDnsLabel(namespace)
    ? namespaceRefusal({ namespace, generated, generatedPrefix: generatedFor(''), reserved })
    : `"${namespace}" is not the name of a namespace`;
  const field = typeof requestedNamespace !== 'string' ? 'name' : 'requestedNamespace';
  if (message !== undefined) return invalid(field, message);
  const refused = namespaceOutside(namespace, guardrails, field);
  if (refused !== undefined) return { kind: 'refused', refusals: [refused] };
  return { kind: 'done', value: namespace };
}

async function departmentFor(
  store: Store,
  { departmentId: id, clusterId }: Pick<ProjectRequest, 'departmentId' | 'clusterId'>,
  caller: Principal,
): Promise<Outcome<DepartmentRecord>> {
  const seesAll = canWidely(caller, 'projects', 'create');
  const mayUse = ({ id: departmentId, tenantId, clusterId: of }: DepartmentRecord): boolean =>
    can(caller, 'projects', 'create', { tenantId, clusterId: of, departmentId });
  if (id === undefined) {
    const seen = visibility(caller, 'projects', 'create');
    const filters = [{ field: 'clusterId', operator: '==', value: clusterId }] as const;
    const page = await store.departments({ seen, filters }, { order: 'asc' }, { offset: 0, limit: 100 });
    const first = page.items.find(mayUse);
    if (first !== undefined) return { kind: 'done', value: first };
    return seesAll
      ? invalid('clusterId', `there is no department on cluster ${clusterId}`)
      : { kind: 'forbidden' };
  }
  const department = await store.department(id);
  if (department === undefined && seesAll) return invalid('parentId', `there is no department ${id}`);
  if (department === undefined || !mayUse(department)) return { kind: 'forbidden' };
  if (department.clusterId !== clusterId.toLowerCase())
    return invalid('clusterId', `department ${id} is not on cluster ${clusterId}`);
  return { kind: 'done', value: department };
}
