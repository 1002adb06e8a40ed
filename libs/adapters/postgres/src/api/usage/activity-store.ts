import type { DataSource } from 'typeorm';
import type { Visibility } from '@tessera/application-control-plane';
import type { ActivityStore, Holding, IdleReader, WorkloadHour } from '@tessera/application-usage';
import { maybe } from '@tessera/kernel';
import { selected, tableOf } from '../../entities/statements';
import {
  USAGE_ACTIVITY,
  USAGE_ALLOCATIONS,
  USAGE_HOURS,
  USAGE_TRAFFIC,
  USAGE_WORKLOADS,
} from '../../entities/usage';
import { WORKLOADS } from '../../entities/workloads';
import { Conditions } from '../workloads/filters';

/** Longest gap between two pods of a rollout within which the workload counts as holding GPUs without interruption. */
const GAP = '1 hour';

/** Measured activity of workloads, on Postgres. */
export class PostgresActivityStore implements ActivityStore, IdleReader {
  constructor(private readonly dataSource: DataSource) {}

  /** Stays SQL: an anti-join. A workload whose row was deleted has no namespace to query. */
  async unmeasured(from: number, limit: number): Promise<readonly WorkloadHour[]> {
    const rows: { workloadId: string; namespace: string; hour: Date }[] = await this.dataSource.query(
      `select distinct ${selected(USAGE_HOURS, ['hour', 'workloadId'], 'h')},
         ${selected(WORKLOADS, ['namespace'], 'w')}
       from ${tableOf(USAGE_HOURS)} h join ${tableOf(WORKLOADS)} w on w.id = h.workload_id
       where h.hour >= $1::timestamptz and not exists (
         select from ${tableOf(USAGE_ACTIVITY)} a where a.workload_id = h.workload_id and a.hour = h.hour)
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

  /**
   * A workload holds GPUs from the start of a sequence of pods without a longer gap, so that a rollout does not count
   * as work. Stays SQL: groups with the newest of three tables for each. An hour that was used is over one hour after
   * its start.
   */
  async holding(seen: Visibility): Promise<readonly Holding[]> {
    const conditions = new Conditions();
    conditions.visible(seen, 'w');
    const rows: HoldingRow[] = await this.dataSource.query(
      `with shares as (
         select workload_id, milli_gpu, started_at, ended_at,
           max(coalesce(ended_at, 'epoch'::timestamptz + interval '9999 years')) over (partition by workload_id order by started_at, pod_id
             rows between unbounded preceding and 1 preceding) as before
         from ${tableOf(USAGE_ALLOCATIONS)} where workload_id in
           (select workload_id from ${tableOf(USAGE_ALLOCATIONS)} where ended_at is null)
       ), held as (
         select workload_id, sum(milli_gpu) filter (where ended_at is null) as milli_gpu,
           max(started_at) filter (where before is null or started_at - before > interval '${GAP}') as since
         from shares group by workload_id
       )
       select ${selected(USAGE_WORKLOADS, PLACE, 'w')}, held.milli_gpu::integer as "milliGpu", held.since,
         greatest(worked.last, served.last) as "lastActive", measured.hours::integer as "measuredHours"
       from held join ${tableOf(USAGE_WORKLOADS)} w on w.workload_id = held.workload_id
       cross join lateral (select max(hour) + interval '1 hour' as last from ${tableOf(USAGE_ACTIVITY)}
         where workload_id = w.workload_id and not idle) worked
       cross join lateral (select max(hour) + interval '1 hour' as last from ${tableOf(USAGE_TRAFFIC)}
         where workload_id = w.workload_id and requests > 0) served
       cross join lateral (select count(*) as hours from ${tableOf(USAGE_ACTIVITY)}
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
