import { RESOURCES } from '@tessera/contracts-rest';
import type { OrganisationStore } from '../organisation/organisation-store';
import { invalid, outcomeOf, type Outcome } from '../outcome';
import { can, canWidely, type ResourceScope, type Principal, type ScopeType } from './access';
import type { AccessRuleRecord, AccessStore } from './access-store';
import { ruleSubject, type Issuers } from './identity';
import { roleById, type Role } from './roles';
import type { SubjectStore } from './tokens';

type Scopes = Pick<OrganisationStore, 'cluster' | 'department' | 'project'>;

/** Dependencies of {@link giveRole}. */
export interface RoleDependencies {
  readonly access: Pick<AccessStore, 'createRule'>;
  readonly organisation: Scopes;
  readonly subjects: Pick<SubjectStore, 'byId'>;
  readonly issuers: Issuers;
}

/** The role to give: to whom, and in which scope. */
export interface RoleRequest {
  readonly subjectId: string;
  readonly subjectType: AccessRuleRecord['subjectType'];
  readonly issuer?: string | null | undefined;
  readonly roleId: number;
  readonly scopeType: ScopeType;
  readonly scopeId: string;
}

/** Gives a subject a role in a scope. A caller cannot give permissions that it does not have there itself. */
export async function giveRole(
  { access, organisation, subjects, issuers }: RoleDependencies,
  request: RoleRequest,
  caller: Principal,
): Promise<Outcome<AccessRuleRecord>> {
  const { roleId, scopeType, scopeId, subjectId } = request;
  const { tenantId, name: createdBy } = caller;
  const role = roleById(roleId);
  if (role === undefined) return invalid('roleId', `there is no role ${roleId}`);
  const place = await placeOfScope(organisation, request, tenantId);
  if (place === undefined && canWidely(caller, 'access-rules', 'create'))
    return invalid('scopeId', `there is no ${scopeType} ${scopeId}`);
  if (place === undefined || !mayGive(caller, role, place)) return { kind: 'forbidden' };
  const isOwn = isUuid(subjectId) && (await subjects.byId(subjectId)) !== undefined;
  const subject = ruleSubject({ ...request, issuer: request.issuer ?? null }, issuers, isOwn);
  if ('field' in subject) return { kind: 'invalid', violations: [subject] };
  const rule = { ...subject, tenantId, roleId, scopeType, scopeId, createdBy };
  return outcomeOf(await access.createRule(rule));
}

/** The place of a scope of access rules; undefined where it does not exist. */
export async function placeOfScope(
  organisation: Scopes,
  { scopeType, scopeId }: { readonly scopeType: string; readonly scopeId: string },
  tenantId: number,
): Promise<ResourceScope | undefined> {
  switch (scopeType) {
    case 'tenant':
      return scopeId === String(tenantId) ? { tenantId } : undefined;
    case 'cluster': {
      const cluster = isUuid(scopeId) ? await organisation.cluster(scopeId) : undefined;
      return cluster && { tenantId: cluster.tenantId, clusterId: cluster.id };
    }
    case 'department': {
      const department = await organisation.department(scopeId);
      if (department === undefined) return undefined;
      const { tenantId: ofTenant, clusterId, id: departmentId } = department;
      return { tenantId: ofTenant, clusterId, departmentId };
    }
    case 'project': {
      const project = await organisation.project(scopeId);
      if (project === undefined) return undefined;
      const { tenantId: ofTenant, clusterId, departmentId, id: projectId } = project;
      return { tenantId: ofTenant, clusterId, departmentId, projectId };
    }
    default:
      return undefined;
  }
}

/** Whether the caller may create access rules in the scope and has every permission of the role there. */
const mayGive = (principal: Principal, role: Role, place: ResourceScope): boolean =>
  can(principal, 'access-rules', 'create', place) &&
  RESOURCES.every((resource) =>
    (role.rights[resource] ?? []).every((action) => can(principal, resource, action, place)),
  );

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
