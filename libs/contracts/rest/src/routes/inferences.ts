import { z } from 'zod';
import { EXAMPLES } from '../examples';
import { ONE, SPEC_BODY } from '../costs';
import { route, right } from '../route';
import { Inference, InferenceCreationRequest, InferenceUpdateRequest } from '../schemas/inference';
import { MetricsResponse, PodMetricType, WorkloadMetricType } from '../schemas/metrics';
import { Id, queryInteger, queryList, queryTime } from '../schemas/primitives';

const tag = 'Inferences';
const workloadId = { workloadId: Id };
const DONE = 'Executed successfully.';
const PARTIAL = 'Partial success.';
const readErrors = [401, 403, 404, 500, 503] as const;

export const timeRange = {
  start: queryTime.meta({ example: '2023-06-06T12:09:18.211Z' }),
  end: queryTime.meta({ example: '2023-06-07T12:09:18.211Z' }),
  numberOfSamples: queryInteger(0, 1000, 20),
};
export const metricsAnswers = {
  200: { description: DONE, schema: MetricsResponse, also: ['text/csv'] },
  207: { description: PARTIAL, schema: MetricsResponse },
} as const;

/** The endpoints of inferences: exactly those of the base level, and PATCH of later releases. */
export const inferenceRoutes = {
  create_inference1: route({
    method: 'POST',
    path: '/api/v1/workloads/inferences',
    summary: 'Create an inference. [Experimental]',
    description: 'Create an inference using container related fields.',
    tag,
    headers: { 'idempotency-key': z.string().min(1).max(255).optional() },
    body: InferenceCreationRequest,
    bodyExample: EXAMPLES.inference,
    answers: { 200: { description: DONE, schema: Inference } },
    errors: [400, 401, 403, 409, 422, 503],
    audited: 'transaction',
    cost: SPEC_BODY,
    bodyRules: 'new-inference',
    awaitsOutcome: true,
    permission: right('inferences', 'create', 'body-project'),
  }),
  get_inference: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/{workloadId}',
    summary: 'Get inference data. [Experimental]',
    description: 'Retrieve inference details using a workload id.',
    tag,
    params: workloadId,
    answers: { 200: { description: DONE, schema: Inference } },
    errors: readErrors,
    audited: 'no',
    cost: ONE,
    permission: right('inferences', 'read', 'workload'),
  }),
  delete_inference: route({
    method: 'DELETE',
    path: '/api/v1/workloads/inferences/{workloadId}',
    summary: 'Delete an inference. [Experimental]',
    description: 'Delete an inference using a workload id.',
    tag,
    params: workloadId,
    answers: { 204: { description: 'No Content.' } },
    errors: readErrors,
    audited: 'transaction',
    cost: ONE,
    permission: right('inferences', 'delete', 'workload'),
  }),
  update_inference_spec: route({
    method: 'PATCH',
    path: '/api/v1/workloads/inferences/{workloadId}',
    summary: 'Update inference spec. [Experimental]',
    description:
      'Update the specification of an existing inference workload; it takes effect in a new revision.',
    tag,
    params: workloadId,
    body: InferenceUpdateRequest,
    bodyExample: EXAMPLES.inferenceUpdate,
    answers: { 202: { description: 'Request has been accepted.', schema: Inference } },
    errors: [400, ...readErrors],
    audited: 'transaction',
    cost: SPEC_BODY,
    bodyRules: 'inference-patch',
    permission: right('inferences', 'update', 'workload'),
  }),
  get_inference_workload_metrics: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/{workloadId}/metrics',
    summary: 'Get inference metrics data. [Experimental]',
    description: 'Retrieve inference metrics data by id. Supported from control-plane version 2.18 or later.',
    tag,
    params: workloadId,
    query: { metricType: queryList(WorkloadMetricType), ...timeRange },
    answers: metricsAnswers,
    errors: [400, ...readErrors],
    audited: 'no',
    cost: { ...ONE, asks: ['metrics'] },
    permission: right('inferences', 'read', 'workload'),
  }),
  get_inference_workload_pod_metrics: route({
    method: 'GET',
    path: '/api/v1/workloads/inferences/{workloadId}/pods/{podId}/metrics',
    summary: "Get inference pod's metrics data. [Experimental]",
    description:
      "Retrieve inference metrics pod's data by workload and pod id. Supported from control-plane version 2.18 or later.",
    tag,
    params: { ...workloadId, podId: Id },
    query: { metricType: queryList(PodMetricType), ...timeRange },
    answers: metricsAnswers,
    errors: [400, ...readErrors],
    audited: 'no',
    cost: { ...ONE, asks: ['metrics'] },
    permission: right('inferences', 'read', 'workload'),
  }),
};
