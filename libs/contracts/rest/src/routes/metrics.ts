import { ONE } from '../costs';
import { right, route, type Route } from '../route';
import { LENGTH } from '../schemas/bounds';
import { ClusterMetricType, NodeMetricType, OrgUnitMetricType } from '../schemas/metrics';
import { Id, queryList, queryText } from '../schemas/primitives';
import { z } from 'zod';
import { metricsAnswers, timeRange } from './inferences';

const name = z.string().min(1).max(LENGTH.name);
const orgId = z.string().max(LENGTH.id).meta({ example: '1' });
/** What every route of measurements has in common. */
const measured = {
  method: 'GET',
  answers: metricsAnswers,
  errors: [400, 401, 403, 404, 500, 503],
  audited: 'no',
  cost: { ...ONE, asks: ['metrics'] },
} as const satisfies Partial<Route>;

/** Metrics of clusters, node pools, nodes, projects and departments: those of later levels. */
export const metricsRoutes = {
  get_cluster_metrics: route({
    ...measured,
    path: '/api/v1/clusters/{clusterId}/metrics',
    summary: 'Get the metrics of a cluster.',
    description: 'For callers that may read the whole cluster.',
    tag: 'Clusters',
    params: { clusterId: Id },
    query: { metricType: queryList(ClusterMetricType), ...timeRange, nodepoolName: queryText() },
    permission: right('clusters', 'read', 'whole-cluster'),
  }),
  get_nodepool_metrics: route({
    ...measured,
    path: '/api/v1/clusters/{clusterId}/nodepools/{nodepoolName}/metrics',
    summary: 'Get the metrics of a node pool.',
    description: 'For callers that may read the node pools of the whole cluster.',
    tag: 'NodePools',
    params: { clusterId: Id, nodepoolName: name },
    query: { metricType: queryList(ClusterMetricType), ...timeRange },
    permission: right('nodepools', 'read', 'whole-cluster'),
  }),
  get_node_metrics: route({
    ...measured,
    path: '/api/v1/nodes/{nodeId}/metrics',
    summary: 'Get the metrics of a node.',
    description:
      'For callers that may read the nodes of its whole cluster; for others there is no such node.',
    tag: 'Nodes',
    params: { nodeId: Id },
    query: { metricType: queryList(NodeMetricType), ...timeRange },
    cost: { ...ONE, asks: ['scheduler', 'metrics'] },
    permission: right('nodes', 'read', 'visible'),
  }),
  get_project_metrics: route({
    ...measured,
    path: '/api/v1/org-unit/projects/{projectId}/metrics',
    summary: 'Get the metrics of a project.',
    tag: 'Projects',
    params: { projectId: orgId },
    query: { metricType: queryList(OrgUnitMetricType), ...timeRange, nodepoolName: queryText() },
    permission: right('projects', 'read', 'project'),
  }),
  get_department_metrics: route({
    ...measured,
    path: '/api/v1/org-unit/departments/{departmentId}/metrics',
    summary: 'Get the metrics of a department.',
    description: 'For callers that may read the whole department.',
    tag: 'Departments',
    params: { departmentId: orgId },
    query: { metricType: queryList(OrgUnitMetricType), ...timeRange, nodepoolName: queryText() },
    permission: right('departments', 'read', 'whole-department'),
  }),
};
