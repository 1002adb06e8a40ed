import type { DataSource } from 'typeorm';
import { quotaByPool, type QuotaPool, type QuotaResources } from '@tessera/application-control-plane';
import { CATEGORY } from './telemetry';

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

interface OrgUnitRow {
  readonly cluster: string;
  readonly orgUnit: 'project' | 'department';
  readonly id: string;
  readonly resources: QuotaResources;
}

/** Reads all figures. Stays SQL: it groups by expressions over JSON and arrays, which are no columns. */
export async function organisationFigures(dataSource: DataSource): Promise<OrganisationFigures> {
  const query = <T>(sql: string): Promise<T[]> => dataSource.query(sql);
  const [orgUnits, pools, workloads, poolWorkloads, waits] = await Promise.all([
    query<OrgUnitRow>(`select cluster_id::text as cluster, 'project' as "orgUnit", id, resources from api.projects
      union all select cluster_id::text, 'department', id, resources from api.departments`),
    query<QuotaPool & { readonly cluster: string }>(
      `select cluster_id::text as cluster, id, name, is_default as "isDefault" from api.node_pools`,
    ),
    query<WorkloadFigure>(`select w.cluster_id::text as cluster, w.department_id as "departmentId",
      w.project_id as "projectId", w.phase, ${CATEGORY} as category, count(*)::int as count
      from api.workloads w where w.deleted_at is null group by 1, 2, 3, 4, 5`),
    query<PoolFigure>(`select w.cluster_id::text as cluster, pool as "nodePool", w.phase,
      ${CATEGORY} as category, count(*)::int as count
      from api.workloads w, ${POOLS} as pool where w.deleted_at is null group by 1, 2, 3, 4`),
    query<WaitFigure>(`select w.cluster_id::text as cluster, '' as "nodePool", ${WAITED} as seconds
      from api.workloads w where w.deleted_at is null and w.phase = 'Pending' group by 1
      union all select w.cluster_id::text, pool, ${WAITED}
      from api.workloads w, ${POOLS} as pool where w.deleted_at is null and w.phase = 'Pending' group by 1, 2`),
  ]);
  const quotas = orgUnits.flatMap(({ cluster, orgUnit, id, resources }) =>
    quotaByPool(
      resources,
      pools.filter((pool) => pool.cluster === cluster),
    ).map((quota) => ({ cluster, orgUnit, id, ...quota })),
  );
  return { quotas, workloads, poolWorkloads, waits };
}
