import { Controller, Inject } from '@nestjs/common';
import { visibility, type Paged, type WorkloadReader } from '@tessera/application-control-plane';
import { readFilter, type Input } from '@tessera/contracts-rest';
import type { Clock } from '@tessera/kernel';
import { maybe } from '@tessera/kernel';
import { principalOf, workloadOf, type Call, type Reply } from '../http/call';
import { Operation } from '../http/operation';
import { CLOCK, WORKLOAD_READER } from '../providers';
import { badRequest } from '../http/filters/violations';
import { telemetryAnswer } from '../telemetry/telemetry-answer';
import { toEvent, toHistoryRecord, toPod, toScalingEntry, toWorkloadEntry } from './workload-body';

/** Reads of workloads of every kind: lists, pods, events, history. */
@Controller()
export class WorkloadsController {
  constructor(
    @Inject(WORKLOAD_READER) private readonly reader: WorkloadReader,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @Operation('get_workloads')
  async list({ query }: Input<'get_workloads'>, call: Call): Reply<'get_workloads'> {
    const page = await this.reader.workloads(workloadQuery(query, call), sorting(query), query);
    return { status: 200, body: { workloads: page.items.map(toWorkloadEntry), ...next(page) } };
  }

  @Operation('count_workloads')
  async count({ query }: Input<'count_workloads'>, call: Call): Reply<'count_workloads'> {
    return {
      status: 200,
      body: { count: await this.reader.count(workloadQuery(query, call)) },
    };
  }

  @Operation('get_workloads_telemetry')
  async telemetry({ query }: Input<'get_workloads_telemetry'>, call: Call): Reply<'get_workloads_telemetry'> {
    const { telemetryType: type, groupBy = [], clusterId, departmentId, nodepoolName } = query;
    const { filterByPhases: phases } = query;
    if (type === 'PENDING_TIME_DISTRIBUTION' && groupBy.length > 1)
      throw badRequest([
        { field: 'groupBy', message: `${type} can be grouped by at most one further field` },
      ]);
    const now = this.clock.now();
    const values = await this.reader.telemetry({
      seen: seenBy(call),
      type,
      now,
      groupBy,
      ...maybe('clusterId', clusterId),
      ...maybe('departmentId', departmentId),
      ...maybe('nodePool', nodepoolName),
      ...maybe('phases', phases),
    });
    return telemetryAnswer({ type, now, groupBy, values }, call);
  }

  @Operation('list_pods')
  async listPods({ query }: Input<'list_pods'>, call: Call): Reply<'list_pods'> {
    const page = await this.reader.pods(workloadQuery(query, call), sorting(query), query);
    const full = query.verbosity === 'full';
    return {
      status: 200,
      body: { pods: page.items.map(({ pod, workload }) => toPod(pod, workload, full)), ...next(page) },
    };
  }

  @Operation('get_workload')
  async get(_input: Input<'get_workload'>, call: Call): Reply<'get_workload'> {
    return { status: 200, body: toWorkloadEntry(workloadOf(call)) };
  }

  @Operation('get_workload_pods')
  async pods({ params, query }: Input<'get_workload_pods'>, call: Call): Reply<'get_workload_pods'> {
    const page = await this.reader.podsOf(params.workloadId, query.deleted === true, query, query.search);
    return {
      status: 200,
      body: { pods: page.items.map((pod) => toPod(pod, workloadOf(call))), ...next(page) },
    };
  }

  @Operation('get_workload_events')
  async events({ params, query }: Input<'get_workload_events'>, call: Call): Reply<'get_workload_events'> {
    const page = await this.reader.events(params.workloadId, query.sortOrder, query);
    return {
      status: 200,
      body: { events: page.items.map((event) => toEvent(event, workloadOf(call))), ...next(page) },
    };
  }

  @Operation('get_workload_history')
  async history({ params, query }: Input<'get_workload_history'>, call: Call): Reply<'get_workload_history'> {
    const page = await this.reader.history(params.workloadId, query);
    const records = page.items.map((entry) => toHistoryRecord(entry, workloadOf(call)));
    return { status: 200, body: { records, ...next(page) } };
  }

  @Operation('get_workload_scaling')
  async scaling({ params, query }: Input<'get_workload_scaling'>): Reply<'get_workload_scaling'> {
    const page = await this.reader.timeline(params.workloadId, query, query);
    return { status: 200, body: { entries: page.items.map(toScalingEntry), ...next(page) } };
  }
}

const next = (page: Paged<unknown>): { next?: number } =>
  page.next === undefined ? {} : { next: page.next };
const seenBy = (call: Call) => visibility(principalOf(call), 'workloads');

interface ListQuery {
  readonly deleted?: boolean | undefined;
  readonly filterBy?: readonly string[] | undefined;
  readonly search?: string | undefined;
}

const workloadQuery = ({ deleted, filterBy, search }: ListQuery, call: Call) => ({
  seen: seenBy(call),
  deleted: deleted === true,
  filters: (filterBy ?? []).map(readFilter),
  ...maybe('search', search),
});

const sorting = ({
  sortBy,
  sortOrder,
}: {
  readonly sortBy?: string | undefined;
  readonly sortOrder: 'asc' | 'desc';
}) => ({
  order: sortOrder,
  ...maybe('by', sortBy),
});
