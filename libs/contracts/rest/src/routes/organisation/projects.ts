import { z } from 'zod';
import { ONE, PAGE, SMALL_BODY } from '../../costs';
import { EXAMPLES } from '../../examples';
import { right, route } from '../../route';
import { LENGTH } from '../../schemas/bounds';
import { filterBy, paging, search, sortBy, sortOrder } from '../../schemas/list-query';
import { Project, ProjectCreationRequest, ProjectUpdateRequest } from '../../schemas/organisation/project';
import { changing, CREATED, DONE, next, NONE, reading } from './answers';

const projectId = { projectId: z.string().max(LENGTH.id).meta({ example: '1' }) };
export const PROJECT_FILTERS = ['name', 'clusterId', 'departmentId', 'parentId', 'parentName'] as const;
export const PROJECT_SORTS = [...PROJECT_FILTERS, 'createdAt'] as const;

/** Projects: readable by all who may see them, writable by administrators. */
export const projectRoutes = {
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
    audited: 'no',
    cost: PAGE,
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
    audited: 'no',
    cost: ONE,
    permission: right('projects', 'read', 'visible'),
  }),
  create_project: route({
    method: 'POST',
    path: '/api/v1/org-unit/projects',
    summary: 'Create a project.',
    description:
      'The scheduler creates the namespace of the project, or adopts an existing one. If it may not create namespaces, create the namespace yourself; workloads of the project wait for it.',
    tag: 'Projects',
    body: ProjectCreationRequest,
    bodyExample: EXAMPLES.project,
    answers: { 201: { description: CREATED, schema: Project } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
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
    audited: 'no',
    cost: ONE,
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
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('projects', 'update', 'project'),
  }),
  delete_project: route({
    method: 'DELETE',
    path: '/api/v1/org-unit/projects/{projectId}',
    summary: 'Delete a project.',
    description: 'Only a project that never had workloads can be deleted, since their history refers to it.',
    tag: 'Projects',
    params: projectId,
    answers: { 204: { description: NONE } },
    errors: changing,
    audited: 'answer',
    cost: ONE,
    permission: right('projects', 'delete', 'project'),
  }),
};
