import type { BodyOf } from '../../api/client';

export type Project = BodyOf<'get_projects'>['projects'][number];

export interface Pool {
  readonly id: string;
  readonly name: string;
}

/** GPUs of a project in one node pool; `deserved` is undefined where the project has no quota there. */
export interface Share {
  readonly deserved: number | undefined;
  readonly allocated: number;
  readonly requested: number;
}

/** A quota without a node pool is that of the default one. */
const DEFAULT_POOL = 'default';
const poolName = ({ nodePool }: NonNullable<Project['resources']>[number]): string =>
  nodePool?.name ?? DEFAULT_POOL;

export function shareOf({ resources, status }: Project, pool: Pool): Share {
  const given = resources?.find((one) => poolName(one) === pool.name);
  const used = status.nodePoolQuotaStatuses?.find(({ nodePoolName }) => nodePoolName === pool.name);
  return {
    deserved: given?.gpu.deserved,
    allocated: used?.allocated?.gpu ?? 0,
    requested: used?.requested?.gpu ?? 0,
  };
}

/** The body of a change that gives the project so many GPUs in the pool and leaves all else as it is. */
export function withDeserved(project: Project, { id, name }: Pool, deserved: number): object {
  const { resources, defaultNodePools, nodeTypes, schedulingRules } = project;
  const given = resources ?? [];
  const changed = given.some((one) => poolName(one) === name)
    ? given.map((one) => (poolName(one) === name ? { ...one, gpu: { ...one.gpu, deserved } } : one))
    : [...given, { nodePool: { id, name }, gpu: { deserved } }];
  return { resources: changed, defaultNodePools, nodeTypes, schedulingRules };
}
