import { z } from 'zod';
import { ONE, PAGE, SMALL_BODY } from '../../costs';
import { EXAMPLES } from '../../examples';
import { right, route } from '../../route';
import { LENGTH } from '../../schemas/bounds';
import { filterBy, paging, sortBy, sortOrder } from '../../schemas/list-query';
import {
  Department,
  DepartmentCreationRequest,
  DepartmentUpdateRequest,
} from '../../schemas/organisation/department';
import { changing, CREATED, DONE, next, NONE, reading } from './answers';

const departmentId = { departmentId: z.string().max(LENGTH.id).meta({ example: '1' }) };
export const DEPARTMENT_FILTERS = ['name', 'clusterId'] as const;
export const DEPARTMENT_SORTS = ['name', 'clusterId', 'createdAt'] as const;

/** Departments: readable by all who may see them, writable by administrators. */
export const departmentRoutes = {
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
    audited: 'no',
    cost: PAGE,
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
    audited: 'answer',
    cost: SMALL_BODY,
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
    audited: 'no',
    cost: ONE,
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
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('departments', 'update', 'department'),
  }),
  delete_department: route({
    method: 'DELETE',
    path: '/api/v1/org-unit/departments/{departmentId}',
    summary: 'Delete a department.',
    description: 'Only a department without projects can be deleted.',
    tag: 'Departments',
    params: departmentId,
    answers: { 204: { description: NONE } },
    errors: changing,
    audited: 'answer',
    cost: ONE,
    permission: right('departments', 'delete', 'department'),
  }),
};
