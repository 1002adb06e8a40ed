import { z } from 'zod';
import { ONE, SPEC_BODY } from '../../costs';
import { EXAMPLES } from '../../examples';
import { right, route } from '../../route';
import { LENGTH } from '../../schemas/bounds';
import { InferencePolicy, InferencePolicyRequest } from '../../schemas/organisation/policy';
import { querySingle } from '../../schemas/primitives';
import { changing, DONE, NONE, reading } from './answers';

const policyQuery = { projectId: querySingle(z.string().max(LENGTH.id)) };
/** Default values of the inferences of a project, and its guardrails. */
export const policyRoutes = {
  get_inference_policy_v2: route({
    method: 'GET',
    path: '/api/v2/policy/inferences',
    summary: 'Get the inference policy of a project.',
    tag: 'Policy',
    query: policyQuery,
    answers: { 200: { description: DONE, schema: InferencePolicy } },
    errors: [400, ...reading],
    audited: 'no',
    cost: ONE,
    permission: right('policies', 'read', 'query-project'),
  }),
  overwrite_inference_policy_v2: route({
    method: 'PUT',
    path: '/api/v2/policy/inferences',
    summary: 'Set the inference policy of a project.',
    description:
      'Default environment variables, annotations, labels and extended resources of new inferences.',
    tag: 'Policy',
    body: InferencePolicyRequest,
    bodyExample: EXAMPLES.inferencePolicy,
    answers: { 200: { description: DONE, schema: InferencePolicy } },
    errors: changing,
    audited: 'answer',
    cost: SPEC_BODY,
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
    audited: 'answer',
    cost: ONE,
    permission: right('policies', 'delete', 'query-project'),
  }),
};
