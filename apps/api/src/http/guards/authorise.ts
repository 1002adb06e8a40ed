import {
  can,
  canSomewhere,
  canWidely,
  visibility,
  type Directory,
  type ResourceScope,
  type Principal,
  type ProjectPlace,
  type Visibility,
  type WorkloadReader,
  type ReadWorkload,
} from '@tessera/application-control-plane';
import { ERRORS, type Action, type Permission, type Resource } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** Finds the scope of the resources that a path or body names. */
export interface Places {
  readonly directory: Directory;
  readonly reader: Pick<WorkloadReader, 'workload' | 'revision'>;
  department(id: string): Promise<ResourceScope | undefined>;
  cluster(id: string): Promise<ResourceScope | undefined>;
  /** Whether the organisation unit, or anything below it, is within the caller's scopes. */
  shows(orgUnit: 'department' | 'cluster', id: string, seen: Visibility): Promise<boolean>;
}

export interface Granted {
  readonly workload?: ReadWorkload;
  readonly project?: ProjectPlace;
}

/** The names in a call: path, query and body as they were sent. */
export interface Named {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly raw: unknown;
}

const forbidden = (): HttpError => new HttpError(403, ERRORS[403].message);
const notFound = (): HttpError => new HttpError(404, ERRORS[404].message);

/**
 * Authorises a call, or throws 403 or 404. Resources outside the caller's scope return 403 whether or not they exist,
 * so that the response reveals nothing of a foreign scope; 404 is for callers that could see the resource anywhere in
 * the tenant.
 */
export async function authorise(
  permission: Extract<Permission, { kind: 'right' }>,
  principal: Principal,
  names: Named,
  places: Places,
): Promise<Granted> {
  const { resource, action, scope } = permission;
  if (!canSomewhere(principal, resource, action)) throw forbidden();
  const need = { principal, resource, action };
  switch (scope) {
    case 'visible':
      return {};
    case 'tenant':
      if (!canWidely(principal, resource, action)) throw forbidden();
      return {};
    case 'body-project':
      return namedProject(need, (names.raw as NamesProject)?.projectId, places);
    case 'body-meta-project':
      return namedProject(need, (names.raw as { meta?: NamesProject } | undefined)?.meta?.projectId, places);
    case 'query-project':
      return namedProject(need, lastOf((names.query as NamesProject)?.projectId), places);
    case 'workload':
      return workloadOf(need, names.params['workloadId'] ?? '', places);
    case 'revision': {
      const revision = await places.reader.revision(names.params['revisionId'] ?? '');
      if (revision === undefined) throw unseen(need);
      return workloadOf(need, revision.workloadId, places);
    }
    case 'project': {
      const project = await places.directory.project(names.params['projectId'] ?? '');
      demand(need, project && placeOf(project));
      return project === undefined ? {} : { project };
    }
    case 'department':
      await demandOrgUnit(need, 'department', names.params['departmentId'] ?? '', places);
      return {};
    case 'cluster':
      await demandOrgUnit(need, 'cluster', names.params['clusterId'] ?? '', places);
      return {};
    case 'whole-cluster':
      demand(need, await places.cluster(names.params['clusterId'] ?? ''));
      return {};
    case 'whole-department':
      demand(need, await places.department(names.params['departmentId'] ?? ''));
      return {};
  }
}

/** Callers with a permission in a project may read its department and cluster. */
async function demandOrgUnit(
  need: Need,
  orgUnit: 'department' | 'cluster',
  id: string,
  places: Places,
): Promise<void> {
  const { principal, resource, action } = need;
  const place = await places[orgUnit](id);
  if (place !== undefined && can(principal, resource, action, place)) return;
  const shows =
    action === 'read' &&
    place !== undefined &&
    (await places.shows(orgUnit, id, visibility(principal, resource)));
  if (!shows) throw unseen(need);
}

/** The error for naming something that the caller cannot see. */
const unseen = ({ principal, resource, action }: Need): HttpError =>
  canWidely(principal, resource, action) ? notFound() : forbidden();

/** The last value of a repeated query key counts, here as in the decoder. */
const lastOf = (value: unknown): unknown => (Array.isArray(value) ? (value as unknown[]).at(-1) : value);

type NamesProject = { readonly projectId?: unknown } | undefined;

async function workloadOf(need: Need, id: string, places: Places): Promise<Granted> {
  const workload = await places.reader.workload(id);
  demand(need, workload?.project && placeOf(workload.project));
  return workload === undefined ? {} : { workload };
}

export interface Need {
  readonly principal: Principal;
  readonly resource: Resource;
  readonly action: Action;
}

function demand(need: Need, place: ResourceScope | undefined): void {
  if (place === undefined || !can(need.principal, need.resource, need.action, place)) throw unseen(need);
}

/**
 * A project outside the caller's scope returns 403, whether or not it exists. A caller with the permission in the whole
 * tenant would see it, so for such a caller an unknown project is a 400, reported with all other violations.
 */
async function namedProject(
  { principal, resource, action }: Need,
  id: unknown,
  places: Places,
): Promise<Granted> {
  if ((typeof id !== 'string' || id === '') && typeof id !== 'number') return {};
  const project = await places.directory.project(String(id));
  if (project === undefined) {
    if (canWidely(principal, resource, action)) return {};
    throw forbidden();
  }
  if (!can(principal, resource, action, placeOf(project))) throw forbidden();
  return { project };
}

export const placeOf = (project: ProjectPlace): ResourceScope => ({
  tenantId: project.tenantId,
  clusterId: project.clusterId,
  departmentId: project.departmentId,
  projectId: project.id,
});
