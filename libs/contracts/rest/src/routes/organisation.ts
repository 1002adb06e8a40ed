import { z } from 'zod';
import { EXAMPLES } from '../examples';
import { right, route } from '../route';
import { LENGTH } from '../schemas/bounds';
import { filterBy, paging, search, sortBy, sortOrder } from '../schemas/list-query';
import {
  Cluster,
  ClusterCreationRequest,
  Department,
  DepartmentCreationRequest,
  DepartmentUpdateRequest,
  InferencePolicy,
  InferencePolicyRequest,
  Node,
  NodePool,
  NodePoolOfTenant,
  NodePoolCreateRequest,
  Project,
  ProjectCreationRequest,
  ProjectUpdateRequest,
  RegisteredCluster,
} from '../schemas/organisation';
import { Id, querySingle } from '../schemas/primitives';

const DONE = 'Executed successfully.';
const CREATED = 'Created.';
const NONE = 'No Content.';
const reading = [401, 403, 404, 500, 503] as const;
const changing = [400, 401, 403, 404, 409, 500, 503] as const;
const next = { next: z.int().optional().meta({ example: 1 }) };
const departmentId = { departmentId: z.string().max(LENGTH.id).meta({ example: '1' }) };
const projectId = { projectId: z.string().max(LENGTH.id).meta({ example: '1' }) };
const clusterId = { clusterId: Id };

export const DEPARTMENT_FILTERS = ['name', 'clusterId'] as const;
export const DEPARTMENT_SORTS = ['name', 'clusterId', 'createdAt'] as const;
export const PROJECT_FILTERS = ['name', 'clusterId', 'departmentId', 'parentId', 'parentName'] as const;
export const PROJECT_SORTS = [...PROJECT_FILTERS, 'createdAt'] as const;

const departments = {
  get_departments: route({
    method: 'GET',
    path: '/api/v1/org-unit/departments',
    summary: 'List departments.',
    tag: 'Departments',
    query: {
      filterBy: filterBy(DEPARTMENT_FILTERS),
      sortBy: sortBy(DEPARTMENT_SORTS),
      sortOrder: sortOrder('asc'),
      ...paging,
    },
    answers: { 200: { description: DONE, schema: z.object({ departments: z.array(Department), ...next }) } },
    errors: [400, 401, 403, 503],
    permission: right('departments', 'read', 'visible'),
  }),
  create_department: route({
    method: 'POST',
    path: '/api/v1/org-unit/departments',
    summary: 'Create a department.',
    tag: 'Departments',
    body: DepartmentCreationRequest,
    bodyExample: EXAMPLES.department,
    answers: { 201: { description: CREATED, schema: Department } },
    errors: changing,
    permission: right('departments', 'create', 'tenant'),
  }),
  get_department: route({
    method: 'GET',
    path: '/api/v1/org-unit/departments/{departmentId}',
    summary: 'Get a department.',
    tag: 'Departments',
    params: departmentId,
    answers: { 200: { description: DONE, schema: Department } },
    errors: reading,
    permission: right('departments', 'read', 'department'),
  }),
  update_department: route({
    method: 'PUT',
    path: '/api/v1/org-unit/departments/{departmentId}',
    summary: 'Update a department.',
    tag: 'Departments',
    params: departmentId,
    body: DepartmentUpdateRequest,
    bodyExample: EXAMPLES.departmentUpdate,
    answers: { 200: { description: DONE, schema: Department } },
    errors: changing,
    permission: right('departments', 'update', 'department'),
  }),
  delete_department: route({
    method: 'DELETE',
    path: '/api/v1/org-unit/departments/{departmentId}',
    summary: 'Delete a department.',
    description: 'Only one without projects can be deleted.',
    tag: 'Departments',
    params: departmentId,
    answers: { 204: { description: NONE } },
    errors: changing,
    permission: right('departments', 'delete', 'department'),
  }),
};

const projects = {
  get_projects: route({
    method: 'GET',
    path: '/api/v1/org-unit/projects',
    summary: 'List projects.',
    tag: 'Projects',
    query: {
      filterBy: filterBy(PROJECT_FILTERS),
      sortBy: sortBy(PROJECT_SORTS),
      sortOrder: sortOrder('asc'),
      ...paging,
      search,
    },
    answers: { 200: { description: DONE, schema: z.object({ projects: z.array(Project), ...next }) } },
    errors: [400, 401, 403, 503],
    permission: right('projects', 'read', 'visible'),
  }),
  count_projects: route({
    method: 'GET',
    path: '/api/v1/org-unit/projects/count',
    summary: 'Count projects.',
    tag: 'Projects',
    query: { filterBy: filterBy(PROJECT_FILTERS), search },
    answers: { 200: { description: DONE, schema: z.object({ count: z.int() }) } },
    errors: [400, 401, 403, 503],
    permission: right('projects', 'read', 'visible'),
  }),
  create_project: route({
    method: 'POST',
    path: '/api/v1/org-unit/projects',
    summary: 'Create a project.',
    description:
      'Its namespace is created, or adopted where it exists; where the scheduler of the cluster is not to create any, it waits for one.',
    tag: 'Projects',
    body: ProjectCreationRequest,
    bodyExample: EXAMPLES.project,
    answers: { 201: { description: CREATED, schema: Project } },
    errors: changing,
    permission: right('projects', 'create', 'visible'),
  }),
  get_project: route({
    method: 'GET',
    path: '/api/v1/org-unit/projects/{projectId}',
    summary: 'Get a project.',
    tag: 'Projects',
    params: projectId,
    answers: { 200: { description: DONE, schema: Project } },
    errors: reading,
    permission: right('projects', 'read', 'project'),
  }),
  update_project: route({
    method: 'PUT',
    path: '/api/v1/org-unit/projects/{projectId}',
    summary: 'Update a project.',
    tag: 'Projects',
    params: projectId,
    body: ProjectUpdateRequest,
    bodyExample: EXAMPLES.projectUpdate,
    answers: { 200: { description: DONE, schema: Project } },
    errors: changing,
    permission: right('projects', 'update', 'project'),
  }),
  delete_project: route({
    method: 'DELETE',
    path: '/api/v1/org-unit/projects/{projectId}',
    summary: 'Delete a project.',
    description: 'Only one that never had workloads can be deleted; their history refers to it.',
    tag: 'Projects',
    params: projectId,
    answers: { 204: { description: NONE } },
    errors: changing,
    permission: right('projects', 'delete', 'project'),
  }),
};

const clusters = {
  get_clusters: route({
    method: 'GET',
    path: '/api/v1/clusters',
    summary: 'List clusters.',
    tag: 'Clusters',
    query: { verbosity: querySingle(z.enum(['metadata', 'full']).default('full')) },
    answers: { 200: { description: DONE, schema: z.array(Cluster) } },
    errors: [...reading, 400],
    permission: right('clusters', 'read', 'visible'),
  }),
  create_cluster: route({
    method: 'POST',
    path: '/api/v1/clusters',
    summary: 'Register a cluster.',
    description: 'Its scheduler gets a credential, shown this once, and a topic of its own for commands.',
    tag: 'Clusters',
    body: ClusterCreationRequest,
    bodyExample: EXAMPLES.cluster,
    answers: { 201: { description: CREATED, schema: RegisteredCluster } },
    errors: changing,
    permission: right('clusters', 'create', 'tenant'),
  }),
  get_cluster_by_uuid: route({
    method: 'GET',
    path: '/api/v1/clusters/{clusterId}',
    summary: 'Get a cluster.',
    tag: 'Clusters',
    params: clusterId,
    answers: { 200: { description: DONE, schema: Cluster } },
    errors: reading,
    permission: right('clusters', 'read', 'cluster'),
  }),
  get_nodes_of_cluster: route({
    method: 'GET',
    path: '/api/v1/clusters/{clusterId}/nodes',
    summary: 'List the nodes of a cluster with their GPUs.',
    tag: 'Nodes',
    params: clusterId,
    answers: { 200: { description: DONE, schema: z.object({ nodes: z.array(Node) }) } },
    errors: reading,
    permission: right('nodes', 'read', 'cluster'),
  }),
  getNodePools: route({
    method: 'GET',
    path: '/v1/k8s/clusters/{clusterId}/node-pools',
    summary: 'List the node pools of a cluster.',
    tag: 'NodePools',
    params: clusterId,
    answers: { 200: { description: DONE, schema: z.array(NodePool) } },
    errors: reading,
    permission: right('nodepools', 'read', 'cluster'),
  }),
  createNodePool: route({
    method: 'POST',
    path: '/v1/k8s/clusters/{clusterId}/node-pools',
    summary: 'Create a node pool.',
    tag: 'NodePools',
    params: clusterId,
    body: NodePoolCreateRequest,
    bodyExample: EXAMPLES.nodePool,
    answers: { 201: { description: CREATED, schema: NodePool } },
    errors: changing,
    permission: right('nodepools', 'create', 'cluster'),
  }),
  get_node_pools: route({
    method: 'GET',
    path: '/api/v1/node-pools',
    summary: 'List node pools.',
    tag: 'NodePools',
    answers: { 200: { description: DONE, schema: z.object({ nodepools: z.array(NodePoolOfTenant) }) } },
    errors: [401, 403, 500, 503],
    permission: right('nodepools', 'read', 'visible'),
  }),
};

const policyQuery = { projectId: querySingle(z.string().max(LENGTH.id)) };
const policies = {
  get_inference_policy_v2: route({
    method: 'GET',
    path: '/api/v2/policy/inferences',
    summary: 'Get the inference policy of a project.',
    tag: 'Policy',
    query: policyQuery,
    answers: { 200: { description: DONE, schema: InferencePolicy } },
    errors: [400, ...reading],
    permission: right('policies', 'read', 'query-project'),
  }),
  overwrite_inference_policy_v2: route({
    method: 'PUT',
    path: '/api/v2/policy/inferences',
    summary: 'Set the inference policy of a project.',
    description: 'Defaults for environment, annotations, labels and extended resources of new inferences.',
    tag: 'Policy',
    body: InferencePolicyRequest,
    bodyExample: EXAMPLES.inferencePolicy,
    answers: { 200: { description: DONE, schema: InferencePolicy } },
    errors: changing,
    permission: right('policies', 'update', 'body-meta-project'),
  }),
  delete_inference_policy_v2: route({
    method: 'DELETE',
    path: '/api/v2/policy/inferences',
    summary: 'Remove the inference policy of a project.',
    tag: 'Policy',
    query: policyQuery,
    answers: { 204: { description: NONE } },
    errors: [400, ...reading],
    permission: right('policies', 'delete', 'query-project'),
  }),
};

/** The organisation: read by all who may see it, written by administrators. */
export const organisationRoutes = { ...departments, ...projects, ...clusters, ...policies };
