import type { DataSource } from 'typeorm';
import type { HeldResources } from '@tessera/application-control-plane';
import { maybe } from '@tessera/kernel';
import { PODS, WORKLOADS } from '../entities/workloads';
import { tableOf } from '../entities/statements';

type Row = Omit<HeldResources, 'nodePool'> & { readonly nodePool: string | null };

/** Pods that are on a node and have not ended, with the requests of each and its shares of devices. */
const HELD = `select %id as id, p.node_pool as "nodePool",
    coalesce((w.summary->>'preemptible')::boolean, false) as preemptible,
    coalesce(sum(shares.milli), 0)::float8 / 1000 as gpus,
    coalesce(sum((w.summary->'podRequest'->'cpu'->>'request')::float8), 0) * 1000 as "cpuMilli",
    coalesce(sum(replace(w.summary->'podRequest'->'cpuMemory'->>'request', 'Mi', '')::float8), 0) as "memoryMiB"
  from ${tableOf(PODS)} p join ${tableOf(WORKLOADS)} w on w.id = p.workload_id
    cross join lateral (select sum((share->>'milliGpu')::int) as milli
      from json_array_elements(p.state->'allocation'->'devices') as share) as shares
  where %id = any($1) and w.deleted_at is null and p.deleted_at is null and p.node_name is not null
    and p.state->>'phase' not in ('Succeeded', 'Failed')
  group by 1, 2, 3`;

/**
 * Resources that placed pods of projects or departments hold. Stays SQL: it adds up fields of JSON, which are no
 * columns.
 */
export async function readHeld(
  dataSource: DataSource,
  by: 'project' | 'department',
  ids: readonly string[],
): Promise<readonly HeldResources[]> {
  const rows: Row[] = await dataSource.query(HELD.replaceAll('%id', `w.${by}_id`), [ids]);
  return rows.map(({ nodePool, ...held }) => ({ ...held, ...maybe('nodePool', nodePool) }));
}
