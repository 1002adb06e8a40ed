import {
  can,
  canWidely,
  visibility,
  type DepartmentRecord,
  type OrganisationStore,
} from '@tessera/application-control-plane';
import { namespaceOf } from '@tessera/contracts-kubernetes';
import { isDnsLabel, namespaceOutside, namespaceRefusal, type Guardrails } from '@tessera/domain-workload';
import { principalOf, type Call } from '../http/call';
import { forbidden } from '../http/changed';
import { badRequest, refusedByGuardrails } from '../wire/violations';

/** Injection token of {@link NamespaceRules}. */
export const NAMESPACE_RULES = Symbol('rules for namespaces of projects');

/** The namespaces that no project may have, and those that the operator allows. */
export interface NamespaceRules {
  readonly reserved: readonly string[];
  readonly guardrails: Guardrails;
}

/** The namespace of a new project: the requested one, where it is allowed. */
export function namespaceFor(
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

/** The department of a new project; by default the first of the cluster that the caller may use. */
export async function departmentFor(
  store: OrganisationStore,
  id: string | undefined,
  clusterId: string,
  call: Call,
): Promise<DepartmentRecord> {
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
