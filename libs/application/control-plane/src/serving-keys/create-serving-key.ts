import type { Violation } from '@tessera/domain-workload';
import { can, canWidely, type Principal } from '../access/access';
import { invalid, type Outcome } from '../outcome';
import type { WorkloadReader } from '../reading/workload-reader';
import type { ProjectPlace } from '../workloads/model';
import type { Directory } from '../workloads/ports';
import { endOf, newSecret, type ServingKeyDependencies, type ServingKeySecret } from './change-serving-key';
import type { OpenedProject, ServingKeyRecord, ServingKeyStore } from './serving-key';

/** Most keys of one project that are neither revoked nor expired: gateways hold all keys of their cluster. */
const MOST_KEYS = 1_000;

export interface ServingKeyRequest {
  readonly name: string;
  /** Projects whose workloads the key may all call. */
  readonly projectIds: readonly string[];
  readonly workloadIds: readonly string[];
  readonly expiresAt?: string | null | undefined;
  readonly limits: ServingKeyRecord['limits'];
  readonly priority: ServingKeyRecord['priority'];
}

export interface ServingKeyCreation extends Pick<ServingKeyDependencies, 'secrets' | 'clock'> {
  readonly keys: Pick<ServingKeyStore, 'create' | 'countLiving'>;
  readonly directory: Pick<Directory, 'project'>;
  readonly reader: Pick<WorkloadReader, 'workload'>;
  readonly newId: () => string;
}

/**
 * Creates a key for the projects and workloads of the request; the caller must have the right to change workloads in
 * all of them. A project or workload that the caller may not change is reported like one that does not exist.
 */
export async function createServingKey(
  dependencies: ServingKeyCreation,
  request: ServingKeyRequest,
  caller: Principal,
): Promise<Outcome<ServingKeySecret>> {
  const { keys, clock, newId } = dependencies;
  const now = new Date(clock.now()).toISOString();
  const found = await openedBy(dependencies, request, caller);
  if (found.kind !== 'done') return found;
  const end = typeof request.expiresAt === 'string' ? endOf(request.expiresAt, now) : null;
  if (typeof end === 'object' && end !== null) return end;
  for (const { projectId, projectName } of found.value)
    if ((await keys.countLiving(projectId, now)) >= MOST_KEYS)
      return invalid('projectIds', `project ${projectName} has ${MOST_KEYS} keys already; revoke some`);
  const { secret, ...stored } = newSecret(dependencies);
  const { name, limits, priority } = request;
  const { tenantId, name: by } = caller;
  const key = {
    ...{ id: newId(), tenantId, name, limits, priority, expiresAt: end, ...stored },
    ...{ createdBy: by, createdAt: now, updatedAt: now },
  };
  await keys.create(
    key,
    found.value.map(({ projectId, workloadIds }) => ({ projectId, workloadIds })),
  );
  const record: ServingKeyRecord = {
    ...{ ...key, updatedBy: by, opens: found.value },
    ...{ previousDigest: null, previousUntil: null, revokedAt: null },
  };
  return { kind: 'done', value: { key: record, secret } };
}

/** A project named by the request: itself, or through one of its workloads. */
interface Named {
  readonly field: string;
  readonly what: string;
  readonly project: ProjectPlace | undefined;
  readonly workloadId?: string;
}

async function openedBy(
  { directory, reader }: Pick<ServingKeyCreation, 'directory' | 'reader'>,
  { projectIds, workloadIds }: ServingKeyRequest,
  caller: Principal,
): Promise<Outcome<readonly OpenedProject[]>> {
  if (projectIds.length + workloadIds.length === 0)
    return invalid('projectIds', 'name at least one project, or a workload in workloadIds');
  const named: readonly Named[] = await Promise.all([
    ...projectIds.map(async (id, at) => ({
      ...{ field: `projectIds[${at}]`, what: `project ${id}`, project: await directory.project(id) },
    })),
    ...workloadIds.map(async (id, at) => {
      const workload = await reader.workload(id);
      const project = workload?.deletedAt === undefined ? workload?.project : undefined;
      return { field: `workloadIds[${at}]`, what: `workload ${id}`, project, workloadId: id.toLowerCase() };
    }),
  ]);
  const refused = named.filter(({ project }) => project === undefined || !mayOpen(caller, project));
  if (refused.length === 0) return { kind: 'done', value: united(named) };
  return canWidely(caller, 'inferences', 'update')
    ? { kind: 'invalid', violations: refused.map(missing) }
    : { kind: 'forbidden' };
}

const missing = ({ field, what }: Named): Violation => ({ field, message: `there is no ${what}` });

const mayOpen = (caller: Principal, { id, tenantId, clusterId, departmentId }: ProjectPlace): boolean =>
  can(caller, 'inferences', 'update', { tenantId, clusterId, departmentId, projectId: id });

/** Each project once; for one that is opened as a whole, without a list of workloads. */
function united(named: readonly Named[]): readonly OpenedProject[] {
  const opened = new Map<string, OpenedProject>();
  for (const { project, workloadId } of named) {
    if (project === undefined) continue;
    const { id: projectId, name: projectName, tenantId, clusterId, departmentId } = project;
    const before = opened.get(projectId);
    const whole = workloadId === undefined || before?.workloadIds === null;
    const workloadIds = whole ? null : [...new Set([...(before?.workloadIds ?? []), workloadId])];
    opened.set(projectId, {
      ...{ projectId, projectName, tenantId, clusterId, departmentId, workloadIds },
    });
  }
  return [...opened.values()];
}
