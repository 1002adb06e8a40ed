import { z } from 'zod';
import { ONE, PAGE, SMALL_BODY } from '../costs';
import { EXAMPLES } from '../examples';
import { right, route } from '../route';
import { ITEMS, LENGTH } from '../schemas/bounds';
import { filterBy, paging, search, sortBy, sortOrder } from '../schemas/list-query';
import { Id, queryList } from '../schemas/primitives';
import {
  KEY_STATES,
  ServingKey,
  ServingKeyChangeRequest,
  ServingKeyCreationRequest,
  ServingKeyRotationRequest,
  ServingKeyWithSecret,
} from '../schemas/serving/keys';
import { CREATED, changing, DONE, next, NONE, reading } from './organisation/answers';

const KEYS = '/api/v1/tessera/serving-keys' as const;
const KEY = `${KEYS}/{keyId}` as const;
const keyId = { keyId: Id };
export const SERVING_KEY_FILTERS = [
  'name',
  'hint',
  'priority',
  'createdBy',
  'createdAt',
  'expiresAt',
] as const;

/**
 * Keys with which people and programs call models. Callers that may change workloads of a project may create keys for
 * it, and callers that may see them see its keys, without the secrets.
 */
export const servingKeyRoutes = {
  get_serving_keys: route({
    method: 'GET',
    path: KEYS,
    summary: 'List serving keys.',
    description: 'Keys with access to a project that the caller may see. Their secrets are not stored.',
    tag: 'Tessera',
    query: {
      projectId: queryList(z.string().min(1).max(LENGTH.id), ITEMS.query)
        .optional()
        .meta({ example: ['1'] }),
      status: queryList(z.enum(KEY_STATES))
        .optional()
        .meta({ example: ['active'] }),
      filterBy: filterBy(SERVING_KEY_FILTERS),
      sortBy: sortBy(SERVING_KEY_FILTERS),
      sortOrder: sortOrder('asc'),
      ...paging,
      search,
    },
    answers: { 200: { description: DONE, schema: z.object({ servingKeys: z.array(ServingKey), ...next }) } },
    errors: [400, 401, 403, 500, 503],
    audited: 'no',
    cost: PAGE,
    strictQuery: true,
    permission: right('inferences', 'read', 'visible'),
  }),
  create_serving_key: route({
    method: 'POST',
    path: KEYS,
    summary: 'Create a serving key.',
    description:
      'Creates a key that may call the workloads of the projects, and the further workloads, regardless of their lists of users and groups. The caller must be allowed to change workloads in all these projects. The answer shows the secret; it cannot be read again. Gateways know the key within 2 s.',
    tag: 'Tessera',
    body: ServingKeyCreationRequest,
    bodyExample: EXAMPLES.servingKey,
    answers: { 201: { description: CREATED, schema: ServingKeyWithSecret } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    strictQuery: true,
    permission: right('inferences', 'update', 'visible'),
  }),
  get_serving_key: route({
    method: 'GET',
    path: KEY,
    summary: 'Get a serving key.',
    tag: 'Tessera',
    params: keyId,
    answers: { 200: { description: DONE, schema: ServingKey } },
    errors: [400, ...reading],
    audited: 'no',
    cost: ONE,
    strictQuery: true,
    permission: right('inferences', 'read', 'visible'),
  }),
  change_serving_key: route({
    method: 'PATCH',
    path: KEY,
    summary: 'Change a serving key.',
    description:
      'Changes name, expiry, limits or priority. The caller must be allowed to change workloads in all projects of the key. The projects and workloads of a key cannot be changed.',
    tag: 'Tessera',
    params: keyId,
    body: ServingKeyChangeRequest,
    bodyExample: EXAMPLES.servingKeyChange,
    answers: { 200: { description: DONE, schema: ServingKey } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    strictQuery: true,
    permission: right('inferences', 'update', 'visible'),
  }),
  rotate_serving_key: route({
    method: 'POST',
    path: `${KEY}/secret`,
    summary: 'Rotate the secret of a serving key.',
    description:
      'Creates a new secret, which the answer shows; it cannot be read again. The old one stays valid for `overlapSeconds`, by default 0; a second rotation within an overlap invalidates the first secret. The caller must be allowed to change workloads in all projects of the key.',
    tag: 'Tessera',
    params: keyId,
    body: ServingKeyRotationRequest,
    bodyExample: EXAMPLES.servingKeyRotation,
    answers: { 200: { description: DONE, schema: ServingKeyWithSecret } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    strictQuery: true,
    permission: right('inferences', 'update', 'visible'),
  }),
  revoke_serving_key: route({
    method: 'DELETE',
    path: KEY,
    summary: 'Revoke a serving key.',
    description:
      'Revokes the key permanently; gateways refuse it within 2 s. The caller must be allowed to change workloads in one project of the key, so that the owner of a workload can revoke every key that may call it. The key stays in the list.',
    tag: 'Tessera',
    params: keyId,
    answers: { 204: { description: NONE } },
    errors: [400, ...reading],
    audited: 'answer',
    cost: ONE,
    strictQuery: true,
    permission: right('inferences', 'update', 'visible'),
  }),
};
