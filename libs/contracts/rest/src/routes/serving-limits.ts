import { z } from 'zod';
import { ONE, PAGE, SMALL_BODY } from '../costs';
import { EXAMPLES } from '../examples';
import { right, route } from '../route';
import { ITEMS, LENGTH } from '../schemas/bounds';
import { paging } from '../schemas/list-query';
import { Id, OrgId, queryList } from '../schemas/primitives';
import { ServingLimitsOf, ServingLimitsRequest } from '../schemas/serving/limits';
import { DONE, next, NONE, reading } from './organisation/answers';

const LIMITS = '/api/v1/tessera/serving-limits' as const;
const OF_PROJECT = `${LIMITS}/projects/{projectId}` as const;
const OF_WORKLOAD = `${LIMITS}/workloads/{workloadId}` as const;
const projectId = { projectId: OrgId };
const workloadId = { workloadId: Id };

const PUT = {
  method: 'PUT',
  tag: 'Tessera',
  body: ServingLimitsRequest,
  bodyExample: EXAMPLES.servingLimits,
  answers: { 200: { description: DONE, schema: ServingLimitsOf } },
  errors: [400, ...reading],
  audited: 'answer',
  cost: SMALL_BODY,
  strictQuery: true,
} as const;
const GET = {
  method: 'GET',
  tag: 'Tessera',
  answers: { 200: { description: DONE, schema: ServingLimitsOf } },
  errors: [400, ...reading],
  audited: 'no',
  cost: ONE,
  strictQuery: true,
} as const;
const DELETE = {
  method: 'DELETE',
  tag: 'Tessera',
  answers: { 204: { description: NONE } },
  errors: [400, ...reading],
  audited: 'answer',
  cost: ONE,
  strictQuery: true,
} as const;

/**
 * Limits on the requests of all callers to a project's workloads, and to one workload. Limits of a key are a part of
 * the key.
 */
export const servingLimitRoutes = {
  get_serving_limits: route({
    method: 'GET',
    path: LIMITS,
    summary: 'List the limits of projects and workloads.',
    description: 'Limits in the projects that the caller may see, oldest first.',
    tag: 'Tessera',
    query: {
      projectId: queryList(z.string().min(1).max(LENGTH.id), ITEMS.query)
        .optional()
        .meta({ example: ['1'] }),
      ...paging,
    },
    answers: {
      200: { description: DONE, schema: z.object({ servingLimits: z.array(ServingLimitsOf), ...next }) },
    },
    errors: [400, 401, 403, 500, 503],
    audited: 'no',
    cost: PAGE,
    strictQuery: true,
    permission: right('inferences', 'read', 'visible'),
  }),
  get_project_serving_limits: route({
    ...GET,
    path: OF_PROJECT,
    summary: 'Get the limits of a project.',
    params: projectId,
    permission: right('inferences', 'read', 'project'),
  }),
  set_project_serving_limits: route({
    ...PUT,
    path: OF_PROJECT,
    summary: 'Limit the requests to all workloads of a project.',
    description:
      'Limits the requests of all callers together to the workloads of the project. The gateways enforce it within 2 s; a request over a limit is answered with 429. The caller must be allowed to change the project.',
    params: projectId,
    permission: right('projects', 'update', 'project'),
  }),
  delete_project_serving_limits: route({
    ...DELETE,
    path: OF_PROJECT,
    summary: 'Remove the limits of a project.',
    description: 'The limits of its workloads and of keys stay.',
    params: projectId,
    permission: right('projects', 'update', 'project'),
  }),
  get_workload_serving_limits: route({
    ...GET,
    path: OF_WORKLOAD,
    summary: 'Get the limits of a workload.',
    params: workloadId,
    permission: right('inferences', 'read', 'workload'),
  }),
  set_workload_serving_limits: route({
    ...PUT,
    path: OF_WORKLOAD,
    summary: 'Limit the requests to a workload.',
    description:
      'Limits the requests of all callers together to the workload, in addition to the limits of its project and of keys. The gateways enforce it within 2 s; a request over a limit is answered with 429.',
    params: workloadId,
    permission: right('inferences', 'update', 'workload'),
  }),
  delete_workload_serving_limits: route({
    ...DELETE,
    path: OF_WORKLOAD,
    summary: 'Remove the limits of a workload.',
    params: workloadId,
    permission: right('inferences', 'update', 'workload'),
  }),
};
