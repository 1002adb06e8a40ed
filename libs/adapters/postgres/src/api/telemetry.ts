import type { DataSource } from 'typeorm';
import type { TelemetryQuery, TelemetryValue } from '@tessera/application-control-plane';
import { Conditions } from './workloads/filters';
import { CLUSTERS } from '../entities/organisation';
import { WORKLOADS } from '../entities/workloads';
import { tableOf } from '../entities/statements';

/** Category of a workload; `Deploy` unless its spec sets one. */
export const CATEGORY = `coalesce(w.summary->>'category', 'Deploy')`;

/** A group of the telemetry: its value and, where it has one, the name to show for it. */
const GROUPS: Readonly<Record<string, { readonly value: string; readonly name?: string }>> = {
  ClusterId: {
    value: 'w.cluster_id::text',
    name: `(select name from ${tableOf(CLUSTERS)} c where c.id = w.cluster_id)`,
  },
  DepartmentId: { value: 'w.department_id', name: 'w.department_name' },
  ProjectId: { value: 'w.project_id', name: 'w.project_name' },
  Type: { value: `'Inference'` },
  CurrentNodepools: { value: `array_to_string(w.node_pools, ',')` },
  Phase: { value: 'w.phase' },
  Category: { value: CATEGORY },
};

/** Seconds for which a workload is pending: lower ends of the ranges that its distribution counts. */
const PENDING_SINCE = [0, 60, 300, 3600, 86_400] as const;
const PENDING_RANGES = PENDING_SINCE.map((from, index) => `${from}-${PENDING_SINCE[index + 1] ?? ''}`);
const PENDING_KEY = 'PendingSeconds';
const pendingRange = (now: string): string => `(array['${PENDING_RANGES.join(`','`)}'])[width_bucket(
  greatest(extract(epoch from ${now}::timestamptz - w.phase_updated_at), 0)::float8,
  array[${PENDING_SINCE.join(', ')}]::float8[])]`;

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
  const isDistribution = query.type === 'PENDING_TIME_DISTRIBUTION';
  if (isDistribution) conditions.add(`w.phase = 'Pending'`);
  const groups: { readonly key: string; readonly value: string; readonly name?: string }[] = [
    ...query.groupBy.flatMap((key) => {
      const group = GROUPS[key];
      return group === undefined ? [] : [{ key, ...group }];
    }),
    ...(isDistribution
      ? [{ key: PENDING_KEY, value: pendingRange(conditions.value(new Date(query.now))) }]
      : []),
  ];
  const columns = groups.map(
    ({ value, name }, index) => `${value} as value${index}, ${name ?? 'null'} as name${index}`,
  );
  const by =
    groups.length === 0
      ? ''
      : `group by ${groups.flatMap((_group, index) => [`value${index}`, `name${index}`]).join(', ')}`;
  const rows: Record<string, string | null>[] = await dataSource.query(
    `select ${[`${measure} as value`, ...columns].join(', ')}
     from ${tableOf(WORKLOADS)} w ${conditions.where()} ${by} order by 1 desc`,
    conditions.values,
  );
  const values = rows.map((row) => ({
    value: Number(row['value']),
    groups: groups.map(({ key }, index) => {
      const name = row[`name${index}`];
      return { key, value: row[`value${index}`] ?? '', ...(name ? { name } : {}) };
    }),
  }));
  return isDistribution ? withEmptyRanges(values) : values;
}

/** Each group with all ranges, the shortest first: a range without workloads counts none. */
function withEmptyRanges(values: readonly TelemetryValue[]): readonly TelemetryValue[] {
  const others = ({ groups }: TelemetryValue): TelemetryValue['groups'] => groups.slice(0, -1);
  const parts = new Map(values.map((value) => [JSON.stringify(others(value)), others(value)]));
  if (parts.size === 0) parts.set('', []);
  const count = (id: string, range: string): number =>
    values.find((value) => JSON.stringify(others(value)) === id && value.groups.at(-1)?.value === range)
      ?.value ?? 0;
  return [...parts].flatMap(([id, groups]) =>
    PENDING_RANGES.map((range) => ({
      value: count(id, range),
      groups: [...groups, { key: PENDING_KEY, value: range }],
    })),
  );
}
