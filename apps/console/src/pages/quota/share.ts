import type { BodyOf } from '../../api/client';
import { askOf } from '../overview/fragmentation';

export type Project = BodyOf<'get_projects'>['projects'][number];
export type Department = BodyOf<'get_departments'>['departments'][number];
type Resources = NonNullable<Project['resources']>;
type Workload = BodyOf<'get_workloads'>['workloads'][number];

export interface Pool {
  readonly id: string;
  readonly name: string;
}

/** GPUs in one node pool; `deserved` is undefined where there is no quota. */
export interface Share {
  readonly pool: Pool;
  readonly deserved: number | undefined;
  readonly used: number;
  /** GPUs that workloads wait for, and how many of them do. */
  readonly waiting: number;
  readonly waitingWorkloads: number;
}

/** A department with the sums of its projects, and its projects. */
export interface DepartmentShares {
  readonly id: string;
  readonly name: string;
  readonly shares: readonly (Share & {
    /** What the projects deserve together. */
    readonly promised: number;
  })[];
  readonly projects: readonly { readonly project: Project; readonly shares: readonly Share[] }[];
}

/** A quota without a node pool is that of the default one. */
const DEFAULT_POOL = 'default';
const poolName = ({ nodePool }: Resources[number]): string => nodePool?.name ?? DEFAULT_POOL;

/** GPUs that a quota promises in a pool; undefined where it says nothing of it. */
export const deservedIn = (resources: Resources | null | undefined, pool: Pool): number | undefined =>
  resources?.find((one) => poolName(one) === pool.name)?.gpu.deserved;

/** The quota with so many GPUs in the pool, and all else as it is. */
export function withDeserved(
  resources: Resources | null | undefined,
  { id, name }: Pool,
  deserved: number,
): readonly object[] {
  const given = resources ?? [];
  return given.some((one) => poolName(one) === name)
    ? given.map((one) => (poolName(one) === name ? { ...one, gpu: { ...one.gpu, deserved } } : one))
    : [...given, { nodePool: { id, name }, gpu: { deserved } }];
}

/** How much more is used than deserved; 0 without a quota. */
export const overBy = ({ deserved, used }: Pick<Share, 'deserved' | 'used'>): number =>
  deserved === undefined ? 0 : Math.max(0, Math.round((used - deserved) * 1000) / 1000);

/** What the API reports of quotas and their use. */
export interface QuotaData {
  readonly projects: readonly Project[];
  readonly departments: readonly Department[];
  readonly pools: readonly (Pool & { readonly clusterId: string })[];
  /** GPUs allocated to projects by node pool. */
  readonly held: BodyOf<'get_projects_telemetry'>['values'];
  readonly pending: readonly Workload[];
}

/**
 * Quotas by department, each with its projects, both by name. A workload that may run in several pools waits in the
 * first of them; one that asks for memory or for a MIG instance counts as a workload, not as GPUs.
 */
export function sharesOf(data: QuotaData): readonly DepartmentShares[] {
  const used = new Map(
    data.held.map(({ groups = [], value }) => [
      keyOf(groupOf(groups, 'ProjectId'), groupOf(groups, 'NodepoolId')),
      Number(value),
    ]),
  );
  const waiting = waitingOf(data.pending);
  const ids = new Map(
    data.projects.map(({ departmentId, parent }) => [departmentId ?? '', parent?.name ?? '']),
  );
  for (const { id, name } of data.departments) ids.set(id, name);
  return [...ids]
    .map(([id, name]) => {
      const department = data.departments.find((one) => one.id === id);
      const projects = data.projects
        .filter(({ departmentId }) => (departmentId ?? '') === id)
        .map((project) => ({
          project,
          shares: poolsAt(data, project.clusterId).map((pool) => ({
            pool,
            deserved: deservedIn(project.resources, pool),
            used: used.get(keyOf(project.id, pool.id)) ?? 0,
            waiting: waiting.get(keyOf(project.id, pool.name))?.gpus ?? 0,
            waitingWorkloads: waiting.get(keyOf(project.id, pool.name))?.workloads ?? 0,
          })),
        }));
      const clusterId = department?.clusterId ?? projects[0]?.project.clusterId;
      const shares = poolsAt(data, clusterId).map((pool) => {
        const own = projects.flatMap((one) => one.shares.filter((share) => share.pool.id === pool.id));
        const sum = (of: (share: Share) => number): number =>
          own.reduce((total, share) => total + of(share), 0);
        return {
          pool,
          deserved: deservedIn(department?.resources, pool),
          promised: sum(({ deserved }) => deserved ?? 0),
          used: sum((share) => share.used),
          waiting: sum((share) => share.waiting),
          waitingWorkloads: sum((share) => share.waitingWorkloads),
        };
      });
      return { id, name, shares, projects };
    })
    .sort((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

const keyOf = (...parts: readonly string[]): string => parts.join(' ');
const poolsAt = ({ pools }: QuotaData, clusterId: string | undefined): readonly Pool[] =>
  pools.filter((pool) => pool.clusterId === clusterId).map(({ id, name }) => ({ id, name }));
const groupOf = (groups: readonly { readonly key: string; readonly value: string }[], key: string): string =>
  groups.find((group) => group.key === key)?.value ?? '';

function waitingOf(pending: readonly Workload[]) {
  const sums = new Map<string, { gpus: number; workloads: number }>();
  for (const workload of pending) {
    const key = keyOf(workload.projectId, workload.requestedNodePools?.[0] ?? DEFAULT_POOL);
    const sum = sums.get(key) ?? { gpus: 0, workloads: 0 };
    sum.workloads += 1;
    const gpu = askOf(workload)?.gpu;
    if (gpu?.kind === 'share') sum.gpus += missing(workload) * gpu.devices * gpu.share;
    sums.set(key, sum);
  }
  return sums;
}

/** Replicas that a workload wants and has not. */
const missing = ({ requestedPods, runningPods }: Workload): number =>
  Math.max(1, (requestedPods?.number ?? requestedPods?.min ?? 1) - runningPods);
