import type { DataSource, EntityManager } from 'typeorm';
import type { Paged } from '@tessera/application-control-plane';
import type { GroupValue, UsageQuery, UsageReader, UsageRow } from '@tessera/application-usage';
import type { UsageGroup } from '@tessera/contracts-rest';
import { gpuHours, priceOf, type GpuHour, type GpuKind, type PriceTable } from '@tessera/domain-usage';
import { maybe } from '@tessera/kernel';
import {
  USAGE_ACTIVITY,
  USAGE_ALLOCATIONS,
  USAGE_HOURS,
  USAGE_SETTLED,
  USAGE_TRAFFIC,
  USAGE_WORKLOADS,
} from '../../entities/usage';
import { columnsOf, propertiesOf, recordOf, selected, tableOf } from '../../entities/statements';
import { Conditions } from '../workloads/filters';
import { toAllocation } from './allocation-row';

/** A group as SQL over the rows `u` of the hours and the workloads `w`: its value, and its name where that is an id. */
const GROUPS: Readonly<Record<UsageGroup, { readonly value: string; readonly name?: string }>> = {
  workload: { value: 'w.workload_id::text', name: 'w.name' },
  project: { value: 'w.project_id', name: 'w.project_name' },
  department: { value: 'w.department_id', name: 'w.department_name' },
  cluster: { value: 'w.cluster_id::text' },
  nodePool: { value: 'u."nodePool"' },
  gpuType: { value: 'u."gpuType"' },
  migProfile: { value: 'u."migProfile"' },
  key: { value: 'u."keyId"' },
  model: { value: 'u.model' },
  day: { value: timeText(`date_trunc('day', u.hour at time zone 'UTC')`) },
  hour: { value: timeText(`u.hour at time zone 'UTC'`) },
};

function timeText(sql: string): string {
  return `to_char(${sql}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}

const HOUR = propertiesOf(USAGE_HOURS);
/** A device for an hour, in thousandths times milliseconds. */
const GPU_HOUR = '3600000000';
/** Digits after the point: a micro-GPU-hour is 3.6 ms of a device. */
const DIGITS = 6;

/** Usage on Postgres. The stored hours and those that are not stored yet come from one snapshot, so none counts twice. */
export class PostgresUsageReader implements UsageReader {
  constructor(private readonly dataSource: DataSource) {}

  report(
    query: UsageQuery,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<Paged<UsageRow>> {
    return this.dataSource.transaction('REPEATABLE READ', async (manager) => {
      const open = await openHours(manager, query);
      const rows = await reported(manager, query, page, open);
      const items = rows.slice(0, page.limit).map((row) => toUsage(query.groupBy, row));
      return { items, ...(rows.length > page.limit ? { next: page.offset + page.limit } : {}) };
    });
  }
}

/** The hours of the period that are not stored yet. */
async function openHours(manager: EntityManager, { period, now }: UsageQuery): Promise<readonly GpuHour[]> {
  const { until } = await manager.getRepository(USAGE_SETTLED).findOneByOrFail({ id: 1 });
  const from = Math.max(period.from, Date.parse(until));
  const to = Math.min(period.to, now);
  if (to <= from) return [];
  const rows = await manager
    .getRepository(USAGE_ALLOCATIONS)
    .createQueryBuilder('a')
    .where('a.started_at < :to and (a.ended_at is null or a.ended_at > :from)', {
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
    })
    .getMany();
  return gpuHours(rows.map(toAllocation), { from, to });
}

type Row = Readonly<Record<string, string | null>>;

async function reported(
  manager: EntityManager,
  { seen, period, groupBy, workloadIds, projectIds, departmentIds, nodePools, prices }: UsageQuery,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  open: readonly GpuHour[],
): Promise<readonly Row[]> {
  const conditions = new Conditions();
  const [from, to] = [period.from, period.to].map((at) => `${conditions.value(iso(at))}::timestamptz`);
  const live = conditions.value(JSON.stringify(open.map((row) => ({ ...row, hour: iso(row.hour) }))));
  const gpuPrices = conditions.value(JSON.stringify(await pricesOf(manager, prices)));
  conditions.visible(seen, 'w');
  const among = (sql: string, values: readonly string[] | undefined): void => {
    if (values !== undefined) conditions.add(`${sql} = any(${conditions.value(values)})`);
  };
  among(
    'w.workload_id::text',
    workloadIds?.map((id) => id.toLowerCase()),
  );
  among('w.project_id', projectIds);
  among('w.department_id', departmentIds);
  among('u."nodePool"', nodePools);
  const groups = groupBy.map((key) => GROUPS[key]);
  const columns = groups.flatMap(({ value, name }, at) => [
    `${value} as "value${at}"`,
    ...(name === undefined ? [] : [`max(${name}) as "name${at}"`]),
  ]);
  const values = groups.map(({ value }) => value);
  // Without groups the total, even of nothing.
  const by =
    values.length === 0
      ? ''
      : `group by ${values.join(', ')} order by ${values.map((value) => `${value} collate "C"`).join(', ')}`;
  return manager.query(
    `with gpu as (
       select ${selected(USAGE_HOURS, HOUR)} from ${tableOf(USAGE_HOURS)} where hour >= ${from} and hour < ${to}
       union all select ${HOUR.map((property) => `"${property}"`).join(', ')}
         from json_to_recordset(${live}::json) as live (${recordOf(USAGE_HOURS, HOUR)})
     ),
     u as (
       select gpu.*, '' as "keyId", '' as model, 0 as requests, 0 as "inputTokens", 0 as "cachedTokens", 0 as "outputTokens"
       from gpu
       union all select hour, workload_id, '', '', '', 0, ${columnsOf(USAGE_TRAFFIC, SERVED)}
       from ${tableOf(USAGE_TRAFFIC)} where hour >= ${from} and hour < ${to}
     )
     select ${[...columns, ...AMOUNTS, ...costOf(prices)].join(', ')}
     from u join ${tableOf(USAGE_WORKLOADS)} w on w.workload_id = u."workloadId"
     left join ${tableOf(USAGE_ACTIVITY)} a on a.workload_id = u."workloadId" and a.hour = u.hour
     left join json_to_recordset(${gpuPrices}::json) as p ("nodePool" text, "gpuType" text, "migProfile" text, price numeric)
       using ("nodePool", "gpuType", "migProfile")
     ${conditions.where()} ${by}
     offset ${conditions.value(offset)} limit ${conditions.value(limit + 1)}`,
    conditions.values,
  );
}

const iso = (at: number): string => new Date(at).toISOString();
const SERVED = propertiesOf(USAGE_TRAFFIC, ['hour', 'workloadId']);
const rounded = (sql: string): string => `round(${sql}, ${DIGITS})::text`;

/** Amounts of a group. Measurements of an hour apply to all GPU time of the workload in it. */
const AMOUNTS = [
  `${rounded(`coalesce(sum(u."gpuTime"), 0) / ${GPU_HOUR}`)} as "allocatedGpuHours"`,
  `${rounded(`coalesce(sum(u."gpuTime") filter (where a.utilisation is not null), 0) / ${GPU_HOUR}`)} as "measuredGpuHours"`,
  `${rounded(`sum(u."gpuTime" * (a.utilisation / 100)::numeric) filter (where u."gpuTime" > 0) / ${GPU_HOUR}`)} as "usedGpuHours"`,
  `${rounded(`sum(case when a.idle then u."gpuTime" else 0 end) filter (where a.idle is not null and u."gpuTime" > 0) / ${GPU_HOUR}`)} as "idleGpuHours"`,
  ...['requests', 'inputTokens', 'cachedTokens', 'outputTokens'].map(
    (name) => `coalesce(sum(u."${name}"), 0)::text as "${name}"`,
  ),
];

/** The price of every kind of GPU that was ever allocated. */
async function pricesOf(manager: EntityManager, prices: PriceTable | undefined) {
  if (prices === undefined) return [];
  const kinds: GpuKind[] = await manager
    .getRepository(USAGE_ALLOCATIONS)
    .createQueryBuilder('a')
    .select('a.node_pool', 'nodePool')
    .addSelect('a.gpu_type', 'gpuType')
    .addSelect('a.mig_profile', 'migProfile')
    .distinct(true)
    .getRawMany();
  return kinds.map((kind) => ({ ...kind, price: priceOf(prices, kind) }));
}

function costOf(prices: PriceTable | undefined): string[] {
  if (prices === undefined) return [];
  const { input, cached, output } = prices.per1kTokens;
  const tokens = `(u."inputTokens" - u."cachedTokens") * ${input}::numeric + u."cachedTokens" * ${cached}::numeric + u."outputTokens" * ${output}::numeric`;
  const cost = `sum(coalesce(u."gpuTime" * p.price, 0) / ${GPU_HOUR} + (${tokens}) / 1000)`;
  return [`${rounded(`coalesce(${cost}, 0)`)} as cost`];
}

function toUsage(groupBy: readonly UsageGroup[], row: Row): UsageRow {
  const amount = (name: string): number => Number(row[name]);
  const known = <N extends string>(name: N) =>
    maybe(name, (row[name] ?? undefined) === undefined ? undefined : amount(name));
  return {
    groups: groupBy.map((key, at): GroupValue => {
      const [value, name] = [row[`value${at}`], row[`name${at}`]];
      return { key, ...(value ? { value } : {}), ...(name ? { name } : {}) };
    }),
    allocatedGpuHours: amount('allocatedGpuHours'),
    measuredGpuHours: amount('measuredGpuHours'),
    ...known('usedGpuHours'),
    ...known('idleGpuHours'),
    requests: amount('requests'),
    inputTokens: amount('inputTokens'),
    cachedTokens: amount('cachedTokens'),
    outputTokens: amount('outputTokens'),
    ...known('cost'),
  };
}
