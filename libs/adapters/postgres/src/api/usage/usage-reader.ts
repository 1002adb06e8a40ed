import type { DataSource, EntityManager } from 'typeorm';
import type { Paged } from '@tessera/application-control-plane';
import type { GroupValue, UsageGroup, UsageQuery, UsageReader, UsageRow } from '@tessera/application-usage';
import { gpuHours, type GpuHour } from '@tessera/domain-usage';
import { USAGE_ALLOCATIONS, USAGE_HOURS, USAGE_SETTLED } from '../../entities/usage';
import { propertiesOf, recordOf, selected } from '../../entities/statements';
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
  { seen, period, groupBy, workloadIds, projectIds, departmentIds, nodePools }: UsageQuery,
  { offset, limit }: { readonly offset: number; readonly limit: number },
  open: readonly GpuHour[],
): Promise<readonly Row[]> {
  const conditions = new Conditions();
  const [from, to] = [period.from, period.to].map((at) => conditions.value(new Date(at).toISOString()));
  const live = conditions.value(
    JSON.stringify(open.map((row) => ({ ...row, hour: new Date(row.hour).toISOString() }))),
  );
  conditions.visible(seen, 'w');
  const among = (sql: string, values: readonly string[] | undefined): void => {
    if (values !== undefined) conditions.add(`${sql} = any(${conditions.value(values)})`);
  };
  among('w.workload_id::text', workloadIds);
  among('w.project_id', projectIds);
  among('w.department_id', departmentIds);
  among('u."nodePool"', nodePools);
  const groups = groupBy.map((key) => GROUPS[key]);
  const columns = groups.flatMap(({ value, name }, at) => [
    `${value} as "value${at}"`,
    ...(name === undefined ? [] : [`max(${name}) as "name${at}"`]),
  ]);
  const values = groups.map(({ value }) => value);
  // Every group that is not nothing; without groups the total, even of nothing.
  const by =
    values.length === 0
      ? ''
      : `group by ${values.join(', ')} order by ${values.map((value) => `${value} collate "C"`).join(', ')}`;
  const rows: Row[] = await manager.query(
    `with u as (
       select ${selected(USAGE_HOURS, HOUR)} from api.usage_hours where hour >= ${from}::timestamptz and hour < ${to}::timestamptz
       union all select ${HOUR.map((property) => `"${property}"`).join(', ')}
         from json_to_recordset(${live}::json) as live (${recordOf(USAGE_HOURS, HOUR)})
     )
     select ${[...columns, `round(coalesce(sum(u."gpuTime"), 0) / ${GPU_HOUR}, ${DIGITS})::text as allocated`].join(', ')}
     from u join api.usage_workloads w on w.workload_id = u."workloadId"
     ${conditions.where()} ${by}
     offset ${conditions.value(offset)} limit ${conditions.value(limit + 1)}`,
    conditions.values,
  );
  return rows;
}

const toUsage = (groupBy: readonly UsageGroup[], row: Row): UsageRow => ({
  groups: groupBy.map((key, at): GroupValue => {
    const [value, name] = [row[`value${at}`], row[`name${at}`]];
    return { key, ...(value ? { value } : {}), ...(name ? { name } : {}) };
  }),
  allocatedGpuHours: Number(row['allocated']),
});
