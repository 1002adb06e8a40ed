import { z } from 'zod';
import { ONE, PAGE, SMALL_BODY } from '../costs';
import { EXAMPLES } from '../examples';
import { right, route } from '../route';
import { ITEMS, LENGTH } from '../schemas/bounds';
import { paging, search, sortBy, sortOrder } from '../schemas/list-query';
import { Id, queryList } from '../schemas/primitives';
import { ModelAlias, ModelAliasChangeRequest, ModelAliasCreationRequest } from '../schemas/serving/aliases';
import { CREATED, changing, DONE, next, NONE, reading } from './organisation/answers';

const ALIASES = '/api/v1/tessera/model-aliases' as const;
const ALIAS = `${ALIASES}/{aliasId}` as const;
const aliasId = { aliasId: Id };
export const MODEL_ALIAS_SORTING = ['name', 'createdAt', 'updatedAt'] as const;

/** Model names that resolve to workloads: by weight, and to the next in order if one cannot answer. */
export const modelAliasRoutes = {
  get_model_aliases: route({
    method: 'GET',
    path: ALIASES,
    summary: 'List model aliases.',
    description: 'Aliases of all projects, and those of projects that the caller may see.',
    tag: 'Tessera',
    query: {
      projectId: queryList(z.string().min(1).max(LENGTH.id), ITEMS.query)
        .optional()
        .meta({ example: ['1'] }),
      sortBy: sortBy(MODEL_ALIAS_SORTING),
      sortOrder: sortOrder('asc'),
      ...paging,
      search,
    },
    answers: { 200: { description: DONE, schema: z.object({ modelAliases: z.array(ModelAlias), ...next }) } },
    errors: [400, 401, 403, 500, 503],
    audited: 'no',
    cost: PAGE,
    strictQuery: true,
    permission: right('inferences', 'read', 'visible'),
  }),
  create_model_alias: route({
    method: 'POST',
    path: ALIASES,
    summary: 'Create a model alias.',
    description:
      'Creates a model name for workloads: for one project, whose workloads the caller may change, or for all projects, which requires that right in the whole tenant. An alias grants no access: callers need access to the workloads behind it, and workloads that they may not call are left out. It takes precedence over a workload of the same name. Gateways know it within 2 s.',
    tag: 'Tessera',
    body: ModelAliasCreationRequest,
    bodyExample: EXAMPLES.modelAlias,
    answers: { 201: { description: CREATED, schema: ModelAlias } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    strictQuery: true,
    permission: right('inferences', 'update', 'visible'),
  }),
  get_model_alias: route({
    method: 'GET',
    path: ALIAS,
    summary: 'Get a model alias.',
    tag: 'Tessera',
    params: aliasId,
    answers: { 200: { description: DONE, schema: ModelAlias } },
    errors: [400, ...reading],
    audited: 'no',
    cost: ONE,
    strictQuery: true,
    permission: right('inferences', 'read', 'visible'),
  }),
  change_model_alias: route({
    method: 'PUT',
    path: ALIAS,
    summary: 'Change where the requests of a model alias go.',
    description:
      'Replaces targets, fallbacks and wait. Gateways apply the change within 2 s, to new requests only.',
    tag: 'Tessera',
    params: aliasId,
    body: ModelAliasChangeRequest,
    bodyExample: EXAMPLES.modelAliasChange,
    answers: { 200: { description: DONE, schema: ModelAlias } },
    errors: changing,
    audited: 'answer',
    cost: SMALL_BODY,
    strictQuery: true,
    permission: right('inferences', 'update', 'visible'),
  }),
  delete_model_alias: route({
    method: 'DELETE',
    path: ALIAS,
    summary: 'Delete a model alias.',
    tag: 'Tessera',
    params: aliasId,
    answers: { 204: { description: NONE } },
    errors: [400, ...reading],
    audited: 'answer',
    cost: ONE,
    strictQuery: true,
    permission: right('inferences', 'update', 'visible'),
  }),
};
