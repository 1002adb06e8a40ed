import { z } from 'zod';
import { ONE } from '../costs';
import { right, route, type Route } from '../route';
import { Id, queryList, querySingle, queryText } from '../schemas/primitives';
import { NodeTelemetryType, OrgUnitTelemetryType, Telemetry } from '../schemas/organisation/telemetry';

const DONE = 'Executed successfully.';
const MOST_GROUPS = 2;
const UNITS =
  'GPUs as a number, 0.5 is half a device; CPU in millicores, memory in MB. Allocations are the requests of placed pods; non-preemptible ones belong to workloads that others may not displace.';

/** What every route of telemetry has in common. */
const telemetry = {
  method: 'GET',
  answers: { 200: { description: DONE, schema: Telemetry, also: ['text/csv'] } },
  audited: 'no',
  cost: ONE,
} as const satisfies Partial<Route>;

/** Telemetry of nodes, projects and departments: the present, in groups. `CLUSTER_ID` is the reference's spelling. */
export const telemetryRoutes = {
  get_node_telemetry: route({
    ...telemetry,
    path: '/api/v1/nodes/telemetry',
    summary: 'Get nodes telemetry.',
    description:
      'Sums over the nodes of the clusters whose nodes the caller may all read, in up to two groups. A device or node is free if no pod holds any of it and the node is Ready; an allocated device is idle if it has had no utilisation for five minutes. A group without measurements is left out.',
    tag: 'Nodes',
    query: {
      clusterId: querySingle(Id.optional()),
      nodepoolName: queryText(),
      groupBy: queryList(z.enum(['ClusterId', 'Nodepool', 'Node']), MOST_GROUPS).optional(),
      telemetryType: querySingle(NodeTelemetryType),
    },
    errors: [400, 401, 403, 404, 500, 503],
    cost: { ...ONE, asks: ['scheduler', 'metrics'] },
    permission: right('nodes', 'read', 'visible'),
  }),
  get_projects_telemetry: route({
    ...telemetry,
    path: '/api/v1/org-unit/projects/telemetry',
    summary: 'Get projects telemetry.',
    description: `Quotas and allocations of the projects that the caller may see, in up to two groups. ${UNITS}`,
    tag: 'Projects',
    query: {
      clusterId: querySingle(Id.optional()),
      nodepoolId: queryText(),
      departmentId: queryText(),
      groupBy: queryList(
        z.enum(['ClusterId', 'NodepoolId', 'ParentId', 'ProjectId']),
        MOST_GROUPS,
      ).optional(),
      telemetryType: querySingle(OrgUnitTelemetryType),
    },
    errors: [400, 401, 403, 500, 503],
    permission: right('projects', 'read', 'visible'),
  }),
  get_departments_telemetry: route({
    ...telemetry,
    path: '/api/v1/org-unit/departments/telemetry',
    summary: 'Get departments telemetry.',
    description: `Quotas and allocations of the departments that the caller may read as a whole, in up to two groups. ${UNITS}`,
    tag: 'Departments',
    query: {
      clusterId: querySingle(Id.optional()),
      nodepoolName: queryText(),
      departmentId: queryText(),
      groupBy: queryList(
        z.enum(['CLUSTER_ID', 'ClusterId', 'NodepoolName', 'DepartmentId']),
        MOST_GROUPS,
      ).optional(),
      telemetryType: querySingle(OrgUnitTelemetryType),
    },
    errors: [400, 401, 403, 500, 503],
    permission: right('departments', 'read', 'visible'),
  }),
};
