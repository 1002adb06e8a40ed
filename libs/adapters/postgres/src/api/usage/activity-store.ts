import type { DataSource } from 'typeorm';
import type { Visibility } from '@tessera/application-control-plane';
import type { ActivityStore, Holding, IdleReader, WorkloadHour } from '@tessera/application-usage';
import { maybe } from '@tessera/kernel';
import { selected } from '../../entities/statements';
import { USAGE_ACTIVITY, USAGE_WORKLOADS } from '../../entities/usage';
import { Conditions } from '../workloads/filters';

/** What was measured of workloads, on Postgres. */
export class PostgresActivityStore implements ActivityStore, IdleReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Stays SQL: an anti-join. A workload whose row is gone has no namespace to ask for. */
  async unmeasured(from: number, limit: number): Promise<readonly WorkloadHour[]> {
    const rows: { workloadId: string; namespace: string; hour: Date }[] = await this.dataSource.query(
      `select distinct h.hour, h.workload_id as "workloadId", w.namespace
       from api.usage_hours h join api.workloads w on w.id = h.workload_id
       where h.hour >= $1::timestamptz and not exists (
         select from api.usage_activity a where a.workload_id = h.workload_id and a.hour = h.hour)
       order by h.hour desc, h.workload_id limit $2`,
      [new Date(from).toISOString(), limit],
    );
    return rows.map((row) => ({ ...row, hour: row.hour.getTime() }));
  }

  async save(
    { workloadId, hour }: WorkloadHour,
    activity: Parameters<ActivityStore['save']>[1],
  ): Promise<void> {
    const { requests = null, utilisation = null, idle = null } = activity;
    await this.dataSource
      .getRepository(USAGE_ACTIVITY)
      .upsert({ hour: new Date(hour).toISOString(), workloadId, requests, utilisation, idle }, [
        'hour',
        'workloadId',
      ]);
  }

  /** Stays SQL: groups with the newest of three tables for each. An hour that was used is over one hour after its start. */
  async holding(seen: Visibility): Promise<readonly Holding[]> {
    const conditions = new Conditions();
    conditions.visible(seen, 'w');
    const rows: HoldingRow[] = await this.dataSource.query(
      `with held as (
         select workload_id, sum(milli_gpu) as milli_gpu, min(started_at) as since
         from api.usage_allocations where ended_at is null group by workload_id
       )
       select ${selected(USAGE_WORKLOADS, PLACE, 'w')}, held.milli_gpu::integer as "milliGpu", held.since,
         greatest(worked.last, served.last) as "lastActive", measured.hours::integer as "measuredHours"
       from held join api.usage_workloads w on w.workload_id = held.workload_id
       cross join lateral (select max(hour) + interval '1 hour' as last from api.usage_activity
         where workload_id = w.workload_id and not idle) worked
       cross join lateral (select max(hour) + interval '1 hour' as last from api.usage_traffic
         where workload_id = w.workload_id and requests > 0) served
       cross join lateral (select count(*) as hours from api.usage_activity
         where workload_id = w.workload_id and idle and hour + interval '1 hour' > held.since
           and hour >= coalesce(greatest(worked.last, served.last), 'epoch')) measured
       ${conditions.where()}`,
      conditions.values,
    );
    return rows.map(({ milliGpu, since, lastActive, measuredHours, ...workload }) => ({
      workload,
      milliGpu,
      since: since.getTime(),
      ...maybe('lastActive', lastActive?.getTime()),
      measuredHours,
    }));
  }
}

const PLACE = [
  'workloadId',
  'name',
  'clusterId',
  'projectId',
  'projectName',
  'departmentId',
  'departmentName',
] as const;

type HoldingRow = Holding['workload'] & {
  readonly milliGpu: number;
  readonly since: Date;
  readonly lastActive: Date | null;
  readonly measuredHours: number;
};
