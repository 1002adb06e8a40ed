import type { Clock } from '@tessera/kernel';
import type { Violation } from '@tessera/domain-workload';
import { can, canSomewhere, canWidely, type Principal } from '../access/access';
import { invalid, type Declined, type Outcome } from '../outcome';
import type { Directory } from '../workloads/ports';
import type { AliasPlace, AliasTarget, ModelAliasRecord, ModelAliasStore } from './model-alias';

/** Most aliases of a tenant: gateways hold all of them. */
export const MOST_ALIASES = 1_000;

export interface ModelAliasDependencies {
  readonly aliases: Omit<ModelAliasStore, 'aliases'>;
  readonly directory: Pick<Directory, 'project'>;
  readonly clock: Clock;
  readonly newId: () => string;
}

/** A workload of a request; in the project of the alias where it names none. */
type RequestedPlace = Omit<AliasPlace, 'projectId'> & { readonly projectId?: string | undefined };

/** The routes of an alias: the workloads that its requests go to. */
export interface AliasRoutes {
  readonly targets: readonly (RequestedPlace & Pick<AliasTarget, 'weight'>)[];
  readonly fallbacks: readonly RequestedPlace[];
  readonly waitSeconds?: number | null | undefined;
}

export interface ModelAliasRequest extends AliasRoutes {
  readonly name: string;
  /** The project in which it counts; absent for all of them. */
  readonly projectId?: string | null | undefined;
}

/**
 * Creates an alias: for one project with the permission to change its workloads, for all projects with that permission
 * in the whole tenant. An alias grants no access: its callers need access to the workloads behind it.
 */
export async function createModelAlias(
  dependencies: ModelAliasDependencies,
  request: ModelAliasRequest,
  caller: Principal,
): Promise<Outcome<ModelAliasRecord>> {
  const { aliases, directory, clock, newId } = dependencies;
  const { name, projectId = null } = request;
  const scope = projectId === null ? null : await scopeOf(directory, projectId);
  if (scope === undefined || !mayChange(caller, { scope }))
    return projectId !== null && isWide(caller, 'update')
      ? invalid('projectId', `there is no project ${projectId}`)
      : { kind: 'forbidden' };
  if (projectId !== null && name.includes('/'))
    return invalid('name', 'of an alias of one project must have no slash: it is called <project>/<name>');
  const routes = await routesOf(dependencies, request, { projectId, tenantId: caller.tenantId });
  if ('kind' in routes) return routes;
  if ((await aliases.count(caller.tenantId)) >= MOST_ALIASES)
    return invalid('name', `there are ${MOST_ALIASES} aliases already; delete some`);
  const now = new Date(clock.now()).toISOString();
  const alias = {
    ...{ id: newId(), tenantId: caller.tenantId, name, projectId, place: projectId ?? '', ...routes },
    ...{ createdBy: caller.name, updatedBy: caller.name, createdAt: now, updatedAt: now },
  };
  if (!(await aliases.create(alias))) return { kind: 'conflict', why: 'already-exists' };
  return { kind: 'done', value: { ...alias, scope } };
}

export async function findModelAlias(
  aliases: Pick<ModelAliasStore, 'alias'>,
  id: string,
  caller: Principal,
): Promise<Outcome<ModelAliasRecord>> {
  const alias = await aliases.alias(caller.tenantId, id);
  if (alias !== undefined && mayRead(caller, alias)) return { kind: 'done', value: alias };
  return isWide(caller, 'read') ? { kind: 'not-found' } : { kind: 'forbidden' };
}

/** Replaces the routes of an alias; gateways apply them within 2 s, to new requests only. */
export async function changeModelAlias(
  dependencies: ModelAliasDependencies,
  id: string,
  request: AliasRoutes,
  caller: Principal,
): Promise<Outcome<ModelAliasRecord>> {
  const found = await changeable(dependencies, id, caller);
  if (found.kind !== 'done') return found;
  const routes = await routesOf(dependencies, request, found.value);
  if ('kind' in routes) return routes;
  const updatedAt = new Date(dependencies.clock.now()).toISOString();
  const change = { ...routes, updatedAt, updatedBy: caller.name };
  if (!(await dependencies.aliases.change(id, change))) return { kind: 'not-found' };
  return { kind: 'done', value: { ...found.value, ...change } };
}

export async function deleteModelAlias(
  dependencies: Pick<ModelAliasDependencies, 'aliases'>,
  id: string,
  caller: Principal,
): Promise<Outcome<void>> {
  const found = await changeable(dependencies, id, caller);
  if (found.kind !== 'done') return found;
  await dependencies.aliases.remove(id);
  return { kind: 'done', value: undefined };
}

async function changeable(
  { aliases }: Pick<ModelAliasDependencies, 'aliases'>,
  id: string,
  caller: Principal,
): Promise<Outcome<ModelAliasRecord>> {
  const alias = await aliases.alias(caller.tenantId, id);
  if (alias !== undefined && mayChange(caller, alias)) return { kind: 'done', value: alias };
  return isWide(caller, 'update') ? { kind: 'not-found' } : { kind: 'forbidden' };
}

type Scoped = Pick<ModelAliasRecord, 'scope'>;

const mayChange = (caller: Principal, { scope }: Scoped): boolean =>
  scope === null ? isWide(caller, 'update') : can(caller, 'inferences', 'update', scope);
const mayRead = (caller: Principal, { scope }: Scoped): boolean =>
  scope === null ? canSomewhere(caller, 'inferences', 'read') : can(caller, 'inferences', 'read', scope);
const isWide = (caller: Principal, action: 'read' | 'update'): boolean =>
  canWidely(caller, 'inferences', action);

async function scopeOf(
  directory: Pick<Directory, 'project'>,
  id: string,
): Promise<ModelAliasRecord['scope'] | undefined> {
  const project = await directory.project(id);
  if (project === undefined) return undefined;
  const { tenantId, clusterId, departmentId, name } = project;
  return { tenantId, clusterId, departmentId, projectId: id, projectName: name };
}

type Routes = Pick<ModelAliasRecord, 'targets' | 'fallbacks' | 'waitSeconds'>;

/** The routes with the project of each workload, or their violations. */
async function routesOf(
  { directory }: Pick<ModelAliasDependencies, 'directory'>,
  { targets, fallbacks, waitSeconds = null }: AliasRoutes,
  { projectId, tenantId }: Pick<ModelAliasRecord, 'projectId' | 'tenantId'>,
): Promise<Routes | Declined> {
  const violations: Violation[] = [];
  const placed = async <P extends RequestedPlace>(place: P, field: string) => {
    const id = place.projectId ?? projectId;
    if (id === null) violations.push({ field: `${field}.projectId`, message: 'is required' });
    else if (projectId !== null && id !== projectId)
      violations.push({ field: `${field}.projectId`, message: 'must be the project of the alias' });
    else if ((await directory.project(id))?.tenantId !== tenantId)
      violations.push({ field: `${field}.projectId`, message: `there is no project ${id}` });
    return { ...place, projectId: id ?? '' };
  };
  const routes = {
    targets: await Promise.all(targets.map((one, at) => placed(one, `targets[${at}]`))),
    fallbacks: await Promise.all(fallbacks.map((one, at) => placed(one, `fallbacks[${at}]`))),
    waitSeconds,
  };
  if (!targets.some(({ weight }) => weight > 0))
    violations.push({ field: 'targets', message: 'must have one with a weight above 0' });
  const keys = targets.map(({ workload }, at) => `${routes.targets[at]?.projectId}/${workload}`);
  if (new Set(keys).size < keys.length)
    violations.push({ field: 'targets', message: 'must name each workload once' });
  return violations.length === 0 ? routes : { kind: 'invalid', violations };
}
