import { z } from 'zod';
import { EXAMPLES } from '../examples';
import { ALL, ONE, PAGE, SMALL_BODY } from '../costs';
import { right, route } from '../route';
import {
  ACCESS_SCOPES,
  AccessRule,
  AccessRuleCreationRequest,
  Application,
  ApplicationCreationRequest,
  ApplicationWithSecret,
  PermittedActions,
  Role,
  Secret,
  SUBJECT_TYPES,
  User,
  UserCreationRequest,
  UserWithPassword,
} from '../schemas/access';
import { paging } from '../schemas/list-query';
import { Id, pathInteger, queryInteger, querySingle, queryText } from '../schemas/primitives';

const DONE = 'Executed successfully.';
const CREATED = 'Created.';
const NONE = 'No Content.';
const reading = [401, 403, 404, 500, 503] as const;
const changing = [400, 401, 403, 404, 409, 500, 503] as const;
const appId = { appId: Id };
const userId = { userId: Id };
const ruleId = { accessRuleId: pathInteger };

const applications = {
  get_applications: route({
    method: 'GET',
    path: '/api/v1/apps',
    summary: 'Get a list of applications.',
    tag: 'Applications',
    answers: { 200: { description: DONE, schema: z.array(Application) } },
    errors: [401, 403, 500, 503],
    audited: 'no',
    cost: ALL,
    permission: right('applications', 'read', 'tenant'),
  }),
  create_application: route({
    method: 'POST',
    path: '/api/v1/apps',
    summary: 'Create an application.',
    description: 'The answer shows the secret; it cannot be read again.',
    tag: 'Applications',
    body: ApplicationCreationRequest,
    bodyExample: EXAMPLES.application,
    answers: { 201: { description: CREATED, schema: ApplicationWithSecret } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('applications', 'create', 'tenant'),
  }),
  get_application_by_id: route({
    method: 'GET',
    path: '/api/v1/apps/{appId}',
    summary: 'Get application by id.',
    tag: 'Applications',
    params: appId,
    answers: { 200: { description: DONE, schema: Application } },
    errors: reading,
    audited: 'no',
    cost: ONE,
    permission: right('applications', 'read', 'tenant'),
  }),
  delete_application_by_id: route({
    method: 'DELETE',
    path: '/api/v1/apps/{appId}',
    summary: 'Delete an application by id.',
    tag: 'Applications',
    params: appId,
    answers: { 204: { description: NONE } },
    errors: reading,
    audited: 'answer',
    cost: ONE,
    permission: right('applications', 'delete', 'tenant'),
  }),
  regenerate_application_secret: route({
    method: 'POST',
    path: '/api/v1/apps/{appId}/secret',
    summary: 'Regenerate an application secret.',
    description:
      'The old secret stops working at once. The answer shows the new secret; it cannot be read again.',
    tag: 'Applications',
    params: appId,
    answers: { 200: { description: DONE, schema: Secret } },
    errors: reading,
    audited: 'answer',
    cost: ONE,
    permission: right('applications', 'update', 'tenant'),
  }),
};

const users = {
  get_users: route({
    method: 'GET',
    path: '/api/v1/users',
    summary: 'List users.',
    tag: 'Users',
    answers: { 200: { description: DONE, schema: z.array(User) } },
    errors: [401, 403, 500, 503],
    audited: 'no',
    cost: ALL,
    permission: right('users', 'read', 'tenant'),
  }),
  create_user: route({
    method: 'POST',
    path: '/api/v1/users',
    summary: 'Create a local user.',
    description: 'The answer shows the password; it cannot be read again.',
    tag: 'Users',
    body: UserCreationRequest,
    bodyExample: EXAMPLES.user,
    answers: { 201: { description: CREATED, schema: UserWithPassword } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('users', 'create', 'tenant'),
  }),
  delete_user_by_id: route({
    method: 'DELETE',
    path: '/api/v1/users/{userId}',
    summary: 'Delete a user.',
    tag: 'Users',
    params: userId,
    answers: { 204: { description: NONE } },
    errors: reading,
    audited: 'answer',
    cost: ONE,
    permission: right('users', 'delete', 'tenant'),
  }),
};

const rules = {
  get_access_rules: route({
    method: 'GET',
    path: '/api/v1/authorization/access-rules',
    summary: 'List the access rules.',
    tag: 'Access rules',
    query: {
      subjectType: querySingle(z.enum(SUBJECT_TYPES).optional()),
      subjectIdFilter: queryText(),
      scopeType: querySingle(z.enum(ACCESS_SCOPES).optional()),
      scopeId: queryText(),
      roleId: queryInteger(0, 2_147_483_647, 0).optional(),
      ...paging,
    },
    answers: {
      200: {
        description: DONE,
        schema: z.object({
          totalRecords: z.int(),
          displayRecords: z.int(),
          accessRules: z.array(AccessRule),
        }),
      },
    },
    errors: [400, 401, 403, 500, 503],
    audited: 'no',
    cost: PAGE,
    permission: right('access-rules', 'read', 'visible'),
  }),
  create_access_rule: route({
    method: 'POST',
    path: '/api/v1/authorization/access-rules',
    summary: 'Create an access rule.',
    description: 'A caller can only grant rights that the caller has in that scope.',
    tag: 'Access rules',
    body: AccessRuleCreationRequest,
    bodyExample: EXAMPLES.accessRule,
    answers: { 201: { description: CREATED, schema: AccessRule } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    permission: right('access-rules', 'create', 'visible'),
  }),
  get_access_rule: route({
    method: 'GET',
    path: '/api/v1/authorization/access-rules/{accessRuleId}',
    summary: 'Get an access rule.',
    tag: 'Access rules',
    params: ruleId,
    answers: { 200: { description: DONE, schema: AccessRule } },
    errors: reading,
    audited: 'no',
    cost: ONE,
    permission: right('access-rules', 'read', 'visible'),
  }),
  delete_access_rule: route({
    method: 'DELETE',
    path: '/api/v1/authorization/access-rules/{accessRuleId}',
    summary: 'Delete an access rule.',
    tag: 'Access rules',
    params: ruleId,
    answers: { 204: { description: NONE } },
    errors: reading,
    audited: 'answer',
    cost: ONE,
    permission: right('access-rules', 'delete', 'visible'),
  }),
  get_roles: route({
    method: 'GET',
    path: '/api/v1/authorization/roles',
    summary: 'List the roles.',
    tag: 'Roles',
    answers: { 200: { description: DONE, schema: z.array(Role) } },
    errors: [401, 500, 503],
    audited: 'no',
    cost: ALL,
    permission: { kind: 'authenticated' },
  }),
  get_role: route({
    method: 'GET',
    path: '/api/v1/authorization/roles/{roleId}',
    summary: 'Get a role.',
    tag: 'Roles',
    params: { roleId: pathInteger },
    answers: { 200: { description: DONE, schema: Role } },
    errors: [401, 404, 500, 503],
    audited: 'no',
    cost: ONE,
    permission: { kind: 'authenticated' },
  }),
  get_permissions: route({
    method: 'GET',
    path: '/api/v1/authorization/permissions',
    summary: 'List the permissions of the caller.',
    tag: 'Permissions',
    answers: { 200: { description: DONE, schema: z.array(PermittedActions) } },
    errors: [401, 500, 503],
    audited: 'no',
    cost: ALL,
    permission: { kind: 'authenticated' },
  }),
};

/** Who may do what: applications, users, access rules, roles. */
export const accessRoutes = { ...applications, ...users, ...rules };
