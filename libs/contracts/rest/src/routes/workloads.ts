import { z } from 'zod';
import { ONE, PAGE } from '../costs';
import { route, right } from '../route';
import { LENGTH } from '../schemas/bounds';
import { deleted, filterBy, paging, search, sortBy, sortOrder } from '../schemas/list-query';
import { Phase } from '../schemas/inference';
import { PodMetricType, WorkloadMetricType } from '../schemas/metrics';
import { Id, queryFlag, queryList, querySingle, queryText } from '../schemas/primitives';
import { Telemetry, WorkloadTelemetryType } from '../schemas/organisation/telemetry';
import { HistoryRecord, Pod, Workload, WorkloadEvent } from '../schemas/workloads';
import { metricsAnswers, timeRange } from './inferences';

const workloadId = { workloadId: Id };
const DONE = 'Executed successfully.';
const listErrors = [400, 401, 403, 500, 503] as const;
const readErrors = [401, 403, 404, 500, 503] as const;
const pageErrors = [400, ...readErrors] as const;
const next = { next: z.int().optional().meta({ example: 1 }) };

/** Fields that the list can be sorted and filtered by. */
export const WORKLOAD_FIELDS = [
  'type',
  'name',
  'clusterId',
  'projectId',
  'projectName',
  'departmentId',
  'departmentName',
  'createdAt',
  'deletedAt',
  'submittedBy',
  'phase',
  'completedAt',
  'nodepool',
  'allocatedGPU',
  'distributedFramework',
  'phaseUpdatedAt',
  'category',
  'priorityClassName',
  /** Additions of Tessera: the nodes of its replicas, and why it is in its phase. */
  'nodeName',
  'phaseMessage',
] as const;
export const POD_FIELDS = [
  'clusterId',
  'workloadId',
  'nodeName',
  'currentNodepool',
  'createdAt',
  'completedAt',
  'deletedAt',
] as const;
export const TELEMETRY_GROUPS = [
  'ClusterId',
  'DepartmentId',
  'ProjectId',
  'Type',
  'CurrentNodepools',
  'Phase',
  'Category',
] as const;

/** What clients of inference also read: the list, pods, events, history. */
export const workloadRoutes = {
  get_workloads: route({
    method: 'GET',
    path: '/api/v1/workloads',
    summary: 'List workloads.',
    description: 'Retrieve a page of the workloads that the caller may see.',
    tag: 'Workloads',
    query: {
      deleted,
      ...paging,
      sortOrder: sortOrder('asc'),
      sortBy: sortBy(WORKLOAD_FIELDS),
      filterBy: filterBy(WORKLOAD_FIELDS),
      search,
    },
    answers: { 200: { description: DONE, schema: z.object({ ...next, workloads: z.array(Workload) }) } },
    errors: listErrors,
    audited: 'no',
    cost: PAGE,
    permission: right('workloads', 'read', 'visible'),
  }),
  count_workloads: route({
    method: 'GET',
    path: '/api/v1/workloads/count',
    summary: 'Count workloads.',
    tag: 'Workloads',
    query: { deleted, filterBy: filterBy(WORKLOAD_FIELDS), search },
    answers: { 200: { description: DONE, schema: z.object({ count: z.int() }) } },
    errors: listErrors,
    audited: 'no',
    cost: ONE,
    permission: right('workloads', 'read', 'visible'),
  }),
  get_workloads_telemetry: route({
    method: 'GET',
    path: '/api/v1/workloads/telemetry',
    summary: 'Get workloads telemetry.',
    description:
      'Counts or GPU allocation of the workloads that the caller may see, in up to two groups. PENDING_TIME_DISTRIBUTION counts those that are Pending by the seconds for which they have been: the group PendingSeconds is 0-60, 60-300, 300-3600, 3600-86400 or 86400-, and one more group is possible.',
    tag: 'Workloads',
    query: {
      clusterId: querySingle(Id.optional()),
      nodepoolName: queryText(),
      departmentId: queryText(),
      groupBy: queryList(z.enum(TELEMETRY_GROUPS), 2).optional(),
      filterByPhases: queryList(Phase).optional(),
      telemetryType: querySingle(WorkloadTelemetryType),
    },
    answers: { 200: { description: DONE, schema: Telemetry, also: ['text/csv'] } },
    errors: pageErrors,
    audited: 'no',
    cost: ONE,
    permission: right('workloads', 'read', 'visible'),
  }),
  list_pods: route({
    method: 'GET',
    path: '/api/v1/workloads/pods',
    summary: 'List pods.',
    tag: 'Pods',
    query: {
      deleted,
      ...paging,
      sortOrder: sortOrder('asc'),
      sortBy: sortBy(POD_FIELDS),
      filterBy: filterBy(POD_FIELDS),
      verbosity: querySingle(z.enum(['brief', 'full']).default('brief')),
      completed: querySingle(z.string().max(LENGTH.name).default('all')),
      search,
    },
    answers: { 200: { description: DONE, schema: z.object({ ...next, pods: z.array(Pod) }) } },
    errors: pageErrors,
    audited: 'no',
    cost: PAGE,
    permission: right('workloads', 'read', 'visible'),
  }),
  get_workload: route({
    method: 'GET',
    path: '/api/v1/workloads/{workloadId}',
    summary: 'Get a workload.',
    tag: 'Workloads',
    params: workloadId,
    answers: { 200: { description: DONE, schema: Workload } },
    errors: readErrors,
    audited: 'no',
    cost: ONE,
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_pods: route({
    method: 'GET',
    path: '/api/v1/workloads/{workloadId}/pods',
    summary: 'Get the pods of a workload.',
    tag: 'Pods',
    params: workloadId,
    query: { deleted, ...paging, search },
    answers: { 200: { description: DONE, schema: z.object({ ...next, pods: z.array(Pod) }) } },
    errors: pageErrors,
    audited: 'no',
    cost: PAGE,
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_pod_logs: route({
    method: 'GET',
    path: '/api/v1/workloads/{workloadId}/pods/{podId}/logs',
    summary: 'Get the log of a pod.',
    description:
      'The log of a container of the pod, as plain text; with `follow` the answer also streams new lines.',
    tag: 'Pods',
    params: { ...workloadId, podId: Id },
    query: {
      container: queryText(),
      tailLines: querySingle(z.coerce.number().int().min(0).max(100_000).optional()),
      sinceSeconds: querySingle(z.coerce.number().int().min(1).max(2_147_483_647).optional()),
      timestamps: queryFlag,
      previous: queryFlag,
      follow: queryFlag,
    },
    answers: {
      200: { description: DONE, schema: z.string(), mediaType: 'text/plain', example: 'started\n' },
    },
    errors: pageErrors,
    audited: 'no',
    cost: { ...ONE, asks: ['scheduler'], stream: 'logs' },
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_events: route({
    method: 'GET',
    path: '/api/v1/workloads/{workloadId}/events',
    summary: 'Get the events of a workload.',
    tag: 'Events',
    params: workloadId,
    query: { ...paging, sortOrder: sortOrder('desc') },
    answers: { 200: { description: DONE, schema: z.object({ ...next, events: z.array(WorkloadEvent) }) } },
    errors: pageErrors,
    audited: 'no',
    cost: PAGE,
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_history: route({
    method: 'GET',
    path: '/api/v1/workloads/{workloadId}/history',
    summary: 'Get the history of a workload.',
    description: 'Events and phases, oldest first.',
    tag: 'Events',
    params: workloadId,
    query: paging,
    answers: { 200: { description: DONE, schema: z.object({ ...next, records: z.array(HistoryRecord) }) } },
    errors: pageErrors,
    audited: 'no',
    cost: PAGE,
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_metrics: route({
    method: 'GET',
    path: '/api/v1/workloads/{workloadId}/metrics',
    summary: 'Get the metrics of a workload.',
    tag: 'Workloads',
    params: workloadId,
    query: { metricType: queryList(WorkloadMetricType), ...timeRange },
    answers: metricsAnswers,
    errors: pageErrors,
    audited: 'no',
    cost: { ...ONE, asks: ['metrics'] },
    permission: right('workloads', 'read', 'workload'),
  }),
  get_workload_pod_metrics: route({
    method: 'GET',
    path: '/api/v1/workloads/{workloadId}/pods/{podId}/metrics',
    summary: 'Get the metrics of a pod.',
    tag: 'Pods',
    params: { ...workloadId, podId: Id },
    query: { metricType: queryList(PodMetricType), ...timeRange },
    answers: metricsAnswers,
    errors: pageErrors,
    audited: 'no',
    cost: { ...ONE, asks: ['metrics'] },
    permission: right('workloads', 'read', 'workload'),
  }),
};
