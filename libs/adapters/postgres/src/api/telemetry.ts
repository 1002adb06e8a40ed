import type { DataSource } from 'typeorm';
import type { TelemetryQuery, TelemetryValue } from '@tessera/application-control-plane';
import { Conditions } from './workloads/filters';

/** Category of a workload; `Deploy` unless its spec sets one. */
export const CATEGORY = `coalesce(w.summary->>'category', 'Deploy')`;

/** A group of the telemetry: its value and, where it has one, the name to show for it. */
const GROUPS: Readonly<Record<string, { readonly value: string; readonly name?: string }>> = {
  ClusterId: {
    value: 'w.cluster_id::text',
    name: '(select name from api.clusters c where c.id = w.cluster_id)',
  },
  DepartmentId: { value: 'w.department_id', name: 'w.department_name' },
  ProjectId: { value: 'w.project_id', name: 'w.project_name' },
  Type: { value: `'Inference'` },
  CurrentNodepools: { value: `array_to_string(w.node_pools, ',')` },
  Phase: { value: 'w.phase' },
  Category: { value: CATEGORY },
};

/**
 * Number of workloads that have not ended, or the GPUs allocated to them, per group. Stays SQL: it groups by
 * expressions over JSON, arrays and other tables, which are no columns.
 */
export async function readTelemetry(
  dataSource: DataSource,
  query: TelemetryQuery,
): Promise<readonly TelemetryValue[]> {
  const conditions = new Conditions();
  conditions.visible(query.seen, 'w');
  conditions.add('w.deleted_at is null');
  if (query.clusterId !== undefined)
    conditions.add(`w.cluster_id = ${conditions.value(query.clusterId)}::uuid`);
  if (query.departmentId !== undefined)
    conditions.add(`w.department_id = ${conditions.value(query.departmentId)}`);
  if (query.phases !== undefined) conditions.add(`w.phase = any(${conditions.value(query.phases)})`);
  if (query.nodePool !== undefined) conditions.add(`${conditions.value(query.nodePool)} = any(w.node_pools)`);
  const measure =
    query.type === 'GPU_ALLOCATION' ? 'coalesce(sum(w.allocated_milli_gpu), 0) / 1000.0' : 'count(*)';
  const groups = query.groupBy.flatMap((key) => {
    const group = GROUPS[key];
    return group === undefined ? [] : [{ key, ...group }];
  });
  const columns = groups.map(
    ({ value, name }, index) => `${value} as value${index}, ${name ?? 'null'} as name${index}`,
  );
  const by =
    groups.length === 0
      ? ''
      : `group by ${groups.flatMap((_group, index) => [`value${index}`, `name${index}`]).join(', ')}`;
  const rows: Record<string, string | null>[] = await dataSource.query(
    `select ${[`${measure} as value`, ...columns].join(', ')} from api.workloads w ${conditions.where()} ${by} order by 1 desc`,
    conditions.values,
  );
  return rows.map((row) => ({
    value: Number(row['value']),
    groups: groups.map(({ key }, index) => {
      const name = row[`name${index}`];
      return { key, value: row[`value${index}`] ?? '', ...(name ? { name } : {}) };
    }),
  }));
}
