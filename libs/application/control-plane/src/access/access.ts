import type { Action, Resource } from '@tessera/contracts-rest';
import { roleById } from './roles';

/** Position of a workload, project or other resource in the organisation. */
export interface ResourceScope {
  readonly tenantId: number;
  readonly clusterId?: string;
  readonly departmentId?: string;
  readonly projectId?: string;
}

export const SCOPE_TYPES = ['system', 'tenant', 'cluster', 'department', 'project'] as const;
export type ScopeType = (typeof SCOPE_TYPES)[number];

/** A role of a subject at a scope; it also covers everything below that scope. */
export interface Grant {
  readonly roleId: number;
  readonly scopeType: ScopeType;
  readonly scopeId: string;
}

/** The caller. */
export interface Principal {
  readonly subjectId: string;
  readonly kind: 'user' | 'app';
  readonly name: string;
  readonly tenantId: number;
  readonly grants: readonly Grant[];
}

/** The part of the organisation that a principal may see. */
export type Visibility =
  | { readonly all: true; readonly tenantId: number }
  | {
      readonly all: false;
      readonly tenantId: number;
      readonly clusters: readonly string[];
      readonly departments: readonly string[];
      readonly projects: readonly string[];
    };

/** May the principal perform this action at that place? A grant covers everything below its scope. */
export const can = (
  principal: Principal,
  resource: Resource,
  action: Action,
  place: ResourceScope,
): boolean =>
  place.tenantId === principal.tenantId &&
  grantsOf(principal, resource, action).some((grant) => covers(grant, place));

/** May the principal perform this action anywhere at all? */
export const canSomewhere = (principal: Principal, resource: Resource, action: Action): boolean =>
  grantsOf(principal, resource, action).length > 0;

/** May the principal perform this action in the whole tenant, or on the whole of some cluster? */
export const canWidely = (principal: Principal, resource: Resource, action: Action): boolean =>
  grantsOf(principal, resource, action).some(
    ({ scopeType }) => scopeType === 'system' || scopeType === 'tenant',
  );

export function visibility(principal: Principal, resource: Resource, action: Action = 'read'): Visibility {
  const { tenantId } = principal;
  const grants = grantsOf(principal, resource, action);
  if (grants.some(({ scopeType }) => scopeType === 'system' || scopeType === 'tenant'))
    return { all: true, tenantId };
  const ids = (type: ScopeType): readonly string[] =>
    grants.filter(({ scopeType }) => scopeType === type).map(({ scopeId }) => scopeId);
  return {
    all: false,
    tenantId,
    clusters: ids('cluster'),
    departments: ids('department'),
    projects: ids('project'),
  };
}

const grantsOf = (principal: Principal, resource: Resource, action: Action): readonly Grant[] =>
  principal.grants.filter(({ roleId }) => roleById(roleId)?.rights[resource]?.includes(action) === true);

function covers({ scopeType, scopeId }: Grant, place: ResourceScope): boolean {
  switch (scopeType) {
    case 'system':
      return true;
    case 'tenant':
      return scopeId === String(place.tenantId);
    case 'cluster':
      return scopeId === place.clusterId;
    case 'department':
      return scopeId === place.departmentId;
    case 'project':
      return scopeId === place.projectId;
  }
}
