import { visibility, type Paged, type WorkloadReader } from '@tessera/application-control-plane';
import { readFilter } from '@tessera/contracts-rest';
import { principalOf, workloadOf, type Call, type Handlers } from '../http/call';
import { csv, wantsCsv } from '../wire/csv';
import { toEvent, toHistoryRecord, toPod, toWorkloadEntry } from '../wire/workload';

type WorkloadHandlers = Pick<
  Handlers,
  | 'get_workloads'
  | 'count_workloads'
  | 'get_workloads_telemetry'
  | 'list_pods'
  | 'get_workload'
  | 'get_workload_pods'
  | 'get_workload_events'
  | 'get_workload_history'
>;

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
  ...(search === undefined ? {} : { search }),
});

const sorting = ({
  sortBy,
  sortOrder,
}: {
  readonly sortBy?: string | undefined;
  readonly sortOrder: 'asc' | 'desc';
}) => ({
  order: sortOrder,
  ...(sortBy === undefined ? {} : { by: sortBy }),
});

/** Read routes of workloads. */
export function workloadHandlers(reader: WorkloadReader, now: () => number): WorkloadHandlers {
  return {
    get_workloads: async ({ query }, call) => {
      const page = await reader.workloads(workloadQuery(query, call), sorting(query), query);
      return { status: 200, body: { workloads: page.items.map(toWorkloadEntry), ...next(page) } };
    },
    count_workloads: async ({ query }, call) => ({
      status: 200,
      body: { count: await reader.count(workloadQuery(query, call)) },
    }),
    get_workloads_telemetry: async ({ query }, call) => {
      const { telemetryType: type, groupBy = [], clusterId, departmentId, nodepoolName } = query;
      const { filterByPhases: phases } = query;
      const values = await reader.telemetry({
        seen: seenBy(call),
        type,
        groupBy,
        ...(clusterId === undefined ? {} : { clusterId }),
        ...(departmentId === undefined ? {} : { departmentId }),
        ...(nodepoolName === undefined ? {} : { nodePool: nodepoolName }),
        ...(phases === undefined ? {} : { phases }),
      });
      const body = {
        type,
        timestamp: new Date(now()).toISOString(),
        values: values.map(({ value, groups }) => ({ value: String(value), groups: [...groups] })),
      };
      if (!wantsCsv(call.headers)) return { status: 200, body };
      const rows = values.map(({ value, groups }) => [...groups.map((group) => group.value), String(value)]);
      return csv([[...groupBy, type], ...rows], body);
    },
    list_pods: async ({ query }, call) => {
      const page = await reader.pods(workloadQuery(query, call), sorting(query), query);
      const full = query.verbosity === 'full';
      return {
        status: 200,
        body: { pods: page.items.map(({ pod, workload }) => toPod(pod, workload, full)), ...next(page) },
      };
    },
    get_workload: async (_input, call) => ({ status: 200, body: toWorkloadEntry(workloadOf(call)) }),
    get_workload_pods: async ({ params, query }, call) => {
      const page = await reader.podsOf(params.workloadId, query.deleted === true, query, query.search);
      return {
        status: 200,
        body: { pods: page.items.map((pod) => toPod(pod, workloadOf(call))), ...next(page) },
      };
    },
    get_workload_events: async ({ params, query }, call) => {
      const page = await reader.events(params.workloadId, query.sortOrder, query);
      return {
        status: 200,
        body: { events: page.items.map((event) => toEvent(event, workloadOf(call))), ...next(page) },
      };
    },
    get_workload_history: async ({ params, query }, call) => {
      const page = await reader.history(params.workloadId, query);
      const records = page.items.map((entry) => toHistoryRecord(entry, workloadOf(call)));
      return { status: 200, body: { records, ...next(page) } };
    },
  };
}
