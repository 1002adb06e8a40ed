import {
  can,
  canSomewhere,
  canWidely,
  visibility,
  type Directory,
  type Place,
  type Principal,
  type ProjectPlace,
  type Visibility,
  type WorkloadReader,
  type ReadWorkload,
} from '@tessera/application-submission';
import { ERRORS, type Action, type Permission, type Resource } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/** Where the things that a path or body names lie. */
export interface Places {
  readonly directory: Directory;
  readonly reader: Pick<WorkloadReader, 'workload' | 'revision'>;
  department(id: string): Promise<Place | undefined>;
  cluster(id: string): Promise<Place | undefined>;
  /** Does the unit, or anything below it, lie within what somebody may see? */
  shows(orgUnit: 'department' | 'cluster', id: string, seen: Visibility): Promise<boolean>;
}

export interface Granted {
  readonly workload?: ReadWorkload;
  readonly project?: ProjectPlace;
}

/** Where a call names things: path, query and body as they were sent. */
export interface Named {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly raw: unknown;
}

const forbidden = (): HttpError => new HttpError(403, ERRORS[403].message);
const notFound = (): HttpError => new HttpError(404, ERRORS[404].message);

/**
 * Lets a call pass or throws 403 or 404. What lies outside the caller's rights is 403 whether it exists or not, so that
 * the answer tells nothing of a foreign scope; 404 is for those who would see the thing anywhere in the tenant.
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
  }
}

/** Who works in a project may read the department and the cluster that it lies in. */
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

/** The answer to who names what they cannot see. */
export const unseen = ({ principal, resource, action }: Need): HttpError =>
  canWidely(principal, resource, action) ? notFound() : forbidden();

/** The last value counts when a key is repeated in the query, here as where it is decoded. */
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

function demand(need: Need, place: Place | undefined): void {
  if (place === undefined || !can(need.principal, need.resource, need.action, place)) throw unseen(need);
}

/**
 * A project that the caller may not use is 403, whether it exists or not. Who has the right in the whole tenant would see
 * it if it existed, so for them an unknown project is a bad request, told with all else that is wrong.
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

export const placeOf = (project: ProjectPlace): Place => ({
  tenantId: project.tenantId,
  clusterId: project.clusterId,
  departmentId: project.departmentId,
  projectId: project.id,
});
