import type { DataSource } from 'typeorm';
import { quotaByPool, type QuotaResources } from '@tessera/application-control-plane';
import { CATEGORY } from './telemetry';
import { DEPARTMENTS, NODE_POOLS, PROJECTS } from '../entities/organisation';
import { WORKLOADS } from '../entities/workloads';
import { selected, tableOf } from '../entities/statements';

/** Quota of a project or department in one node pool. */
export interface QuotaFigure {
  readonly cluster: string;
  readonly orgUnit: 'project' | 'department';
  readonly id: string;
  readonly nodePool: string;
  readonly gpus: number;
  readonly cpuCores?: number;
  readonly memoryBytes?: number;
}

/** Workloads with these properties. */
export interface WorkloadFigure {
  readonly cluster: string;
  readonly departmentId: string;
  readonly projectId: string;
  readonly phase: string;
  readonly category: string;
  readonly count: number;
}

export interface PoolFigure {
  readonly cluster: string;
  readonly nodePool: string;
  readonly phase: string;
  readonly category: string;
  readonly count: number;
}

/** Mean pending time of the workloads that are pending, s; the pool is empty for the whole cluster. */
export interface WaitFigure {
  readonly cluster: string;
  readonly nodePool: string;
  readonly seconds: number;
}

/** Quotas and workloads of the organisation, at one moment. */
export interface OrganisationFigures {
  readonly quotas: readonly QuotaFigure[];
  readonly workloads: readonly WorkloadFigure[];
  readonly poolWorkloads: readonly PoolFigure[];
  readonly waits: readonly WaitFigure[];
}

/** The pools in which a workload has pods, else those that it requests. */
const POOLS = `unnest(case when cardinality(w.node_pools) > 0 then w.node_pools
  else array(select json_array_elements_text(w.summary->'requestedNodePools')) end)`;
const WAITED = `avg(extract(epoch from now() - w.phase_updated_at))::float8`;

interface OrgUnit {
  readonly clusterId: string;
  readonly id: string;
  readonly resources: QuotaResources;
}

/**
 * Reads all figures. Those of workloads stay SQL: they group by expressions over JSON and arrays, which are no columns.
 */
export async function organisationFigures(dataSource: DataSource): Promise<OrganisationFigures> {
  const query = <T>(sql: string): Promise<T[]> => dataSource.query(sql);
  const unit = { clusterId: true, id: true, resources: true } as const;
  const [projects, departments, pools, workloads, poolWorkloads, waits] = await Promise.all([
    dataSource.getRepository(PROJECTS).find({ select: unit }),
    dataSource.getRepository(DEPARTMENTS).find({ select: unit }),
    dataSource
      .getRepository(NODE_POOLS)
      .find({ select: { clusterId: true, id: true, name: true, isDefault: true } }),
    query<WorkloadFigure>(`select w.cluster_id::text as cluster,
      ${selected(WORKLOADS, ['departmentId', 'projectId', 'phase'], 'w')},
      ${CATEGORY} as category, count(*)::int as count
      from ${tableOf(WORKLOADS)} w where w.deleted_at is null group by 1, 2, 3, 4, 5`),
    query<PoolFigure>(`select w.cluster_id::text as cluster, pool as "nodePool", w.phase,
      ${CATEGORY} as category, count(*)::int as count
      from ${tableOf(WORKLOADS)} w, ${POOLS} as pool where w.deleted_at is null group by 1, 2, 3, 4`),
    query<WaitFigure>(`select w.cluster_id::text as cluster, '' as "nodePool", ${WAITED} as seconds
      from ${tableOf(WORKLOADS)} w where w.deleted_at is null and w.phase = 'Pending' group by 1
      union all select w.cluster_id::text, pool, ${WAITED}
      from ${tableOf(WORKLOADS)} w, ${POOLS} as pool
      where w.deleted_at is null and w.phase = 'Pending' group by 1, 2`),
  ]);
  const quotasOf = (orgUnit: QuotaFigure['orgUnit'], { clusterId, id, resources }: OrgUnit): QuotaFigure[] =>
    quotaByPool(
      resources,
      pools.filter((pool) => pool.clusterId === clusterId),
    ).map((quota) => ({ cluster: clusterId, orgUnit, id, ...quota }));
  const quotas = [
    ...projects.flatMap((project) => quotasOf('project', project)),
    ...departments.flatMap((department) => quotasOf('department', department)),
  ];
  return { quotas, workloads, poolWorkloads, waits };
}
