import { z } from 'zod';
import { ALL, ONE, PAGE } from '../costs';
import { right, route } from '../route';
import { deleted, paging, sortOrder } from '../schemas/list-query';
import { DateTime, Id } from '../schemas/primitives';
import { Phase } from '../schemas/inference';
import {
  HistoryRecord,
  Pod,
  WorkloadCondition,
  WorkloadEvent,
  WorkloadRequestResources,
} from '../schemas/workloads';

const DONE = 'Executed successfully.';
const errors = [400, 401, 403, 404, 500, 503] as const;
const tag = 'Revisions';
const next = { next: z.int().optional() };

/** The requested spec and the status of one update of an inference. */
export const Revision = z
  .object({
    type: z.string().meta({ example: 'runai-revision' }),
    name: z.string(),
    id: Id,
    workloadId: Id,
    tenantId: z.int32(),
    clusterId: Id,
    departmentId: z.string(),
    projectId: z.string(),
    createdAt: DateTime,
    deletedAt: DateTime.nullable().optional(),
    phase: Phase,
    phaseMessage: z.string().optional(),
    phaseUpdatedAt: DateTime.optional(),
    conditions: z.array(WorkloadCondition).optional(),
    images: z.array(z.string()).optional(),
    command: z.string().optional(),
    arguments: z.string().optional(),
    environmentVariables: z.record(z.string(), z.string()).optional(),
    requestedNodePools: z.array(z.string()).optional(),
    requestedPods: z.object({ number: z.int32(), min: z.int32(), max: z.int32() }).optional(),
    runningPods: z.int32().optional(),
    podsRequestedResources: WorkloadRequestResources.optional(),
  })
  .meta({ id: 'Revision' });

const ofWorkload = { workloadId: Id };
const one = { revisionId: Id };

export const revisionRoutes = {
  get_inference_workload_revisions: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/{workloadId}/revisions',
    summary: 'Get the revisions of an inference.',
    tag,
    params: ofWorkload,
    query: { deleted },
    answers: { 200: { description: DONE, schema: z.object({ revisions: z.array(Revision) }) } },
    errors,
    audited: 'no',
    cost: ALL,
    permission: right('inferences', 'read', 'workload'),
  }),
  count_inference_workload_revisions: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/{workloadId}/revisions/count',
    summary: 'Count the revisions of an inference.',
    tag,
    params: ofWorkload,
    query: { deleted },
    answers: { 200: { description: DONE, schema: z.object({ count: z.int() }) } },
    errors,
    audited: 'no',
    cost: ONE,
    permission: right('inferences', 'read', 'workload'),
  }),
  get_revision: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/revisions/{revisionId}',
    summary: 'Get a revision.',
    tag,
    params: one,
    answers: { 200: { description: DONE, schema: Revision } },
    errors,
    audited: 'no',
    cost: ONE,
    permission: right('inferences', 'read', 'revision'),
  }),
  get_revision_pods: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/revisions/{revisionId}/pods',
    summary: 'Get the pods of a revision.',
    tag,
    params: one,
    query: { deleted, ...paging },
    answers: { 200: { description: DONE, schema: z.object({ ...next, pods: z.array(Pod) }) } },
    errors,
    audited: 'no',
    cost: PAGE,
    permission: right('inferences', 'read', 'revision'),
  }),
  get_revision_events: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/revisions/{revisionId}/events',
    summary: 'Get the events of a revision.',
    tag,
    params: one,
    query: { ...paging, sortOrder: sortOrder('desc') },
    answers: { 200: { description: DONE, schema: z.object({ ...next, events: z.array(WorkloadEvent) }) } },
    errors,
    audited: 'no',
    cost: PAGE,
    permission: right('inferences', 'read', 'revision'),
  }),
  get_revision_history: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/revisions/{revisionId}/history',
    summary: 'Get the history of a revision.',
    tag,
    params: one,
    query: paging,
    answers: { 200: { description: DONE, schema: z.object({ ...next, records: z.array(HistoryRecord) }) } },
    errors,
    audited: 'no',
    cost: PAGE,
    permission: right('inferences', 'read', 'revision'),
  }),
};
