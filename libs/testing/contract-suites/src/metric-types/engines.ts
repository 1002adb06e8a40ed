import { OWNER_LABEL } from '@tessera/contracts-metrics';
import type { GivenSeries } from '../series-source';
import { counter, gauge, twice, type Labels } from './given';

/** How the model servers name what they measure; what one does not measure has no name. */
interface Engine {
  readonly name: string;
  readonly running?: string;
  readonly waiting: string;
  readonly most?: string;
  readonly succeeded?: string;
  readonly failed?: string;
  readonly cacheUse?: string;
  readonly firstToken?: string;
  readonly wholeRequest?: string;
  readonly betweenTokens?: string;
  readonly promptTokens?: string;
  readonly generatedTokens?: string;
}

export const ENGINES: readonly Engine[] = [
  {
    name: 'nim',
    running: 'num_requests_running',
    waiting: 'num_requests_waiting',
    most: 'num_request_max',
    succeeded: 'request_success_total',
    failed: 'request_failure_total',
    cacheUse: 'gpu_cache_usage_perc',
    firstToken: 'time_to_first_token_seconds',
    wholeRequest: 'e2e_request_latency_seconds',
    betweenTokens: 'time_per_output_token_seconds',
    promptTokens: 'prompt_tokens_total',
    generatedTokens: 'generation_tokens_total',
  },
  {
    name: 'vllm',
    running: 'vllm:num_requests_running',
    waiting: 'vllm:num_requests_waiting',
    succeeded: 'vllm:request_success_total',
    cacheUse: 'vllm:kv_cache_usage_perc',
    firstToken: 'vllm:time_to_first_token_seconds',
    wholeRequest: 'vllm:e2e_request_latency_seconds',
    betweenTokens: 'vllm:inter_token_latency_seconds',
    promptTokens: 'vllm:prompt_tokens_total',
    generatedTokens: 'vllm:generation_tokens_total',
  },
  {
    name: 'sglang',
    running: 'sglang:num_running_reqs',
    waiting: 'sglang:num_queue_reqs',
    cacheUse: 'sglang:token_usage',
    firstToken: 'sglang:time_to_first_token_seconds',
    wholeRequest: 'sglang:e2e_request_latency_seconds',
    betweenTokens: 'sglang:inter_token_latency_seconds',
    promptTokens: 'sglang:prompt_tokens_total',
    generatedTokens: 'sglang:generation_tokens_total',
  },
  {
    name: 'tgi',
    running: 'tgi_batch_current_size',
    waiting: 'tgi_queue_size',
    succeeded: 'tgi_request_success',
    failed: 'tgi_request_failure',
    wholeRequest: 'tgi_request_duration',
    betweenTokens: 'tgi_request_mean_time_per_token_duration',
    promptTokens: 'tgi_request_input_length_sum',
    generatedTokens: 'tgi_request_generated_tokens_sum',
  },
  {
    name: 'triton',
    waiting: 'nv_inference_pending_request_count',
    succeeded: 'nv_inference_request_success',
    failed: 'nv_inference_request_failure',
  },
];

type Make = (name: string, labels: Labels, value: number) => GivenSeries;

/** For each second as many values as `perSecond` says up to each bound, which add up to `sum`. */
const histogram = (
  name: string,
  labels: Labels,
  perSecond: readonly (readonly [le: string, count: number])[],
  sum: number,
): GivenSeries[] => [
  ...perSecond.map(([le, count]) => counter(`${name}_bucket`, { ...labels, le }, count)),
  counter(`${name}_sum`, labels, sum),
  counter(`${name}_count`, labels, perSecond.at(-1)?.[1] ?? 0),
];

function pageOf(engine: Engine, replica: 0 | 1): GivenSeries[] {
  const labels = { namespace: 'n5', pod: `${engine.name}-${replica}`, model_name: 'm', version: '1' };
  const one = (make: Make, name: string | undefined, ...values: readonly [number, number]): GivenSeries[] =>
    name === undefined ? [] : [make(name, labels, values[replica])];
  const times = (
    name: string | undefined,
    bounds: readonly [string, string, string],
    sum: number,
  ): GivenSeries[] =>
    name === undefined
      ? []
      : histogram(
          name,
          labels,
          [
            [bounds[0], 1],
            [bounds[1], 4],
            [bounds[2], 5],
            ['+Inf', 5],
          ],
          sum,
        );
  return [
    ...one(gauge, engine.running, 3, 4),
    ...one(gauge, engine.waiting, 1, 0),
    ...one(gauge, engine.most, 16, 16),
    ...one(counter, engine.succeeded, 2, 1),
    ...one(counter, engine.failed, 0.5, 0),
    ...one(gauge, engine.cacheUse, 0.25, 0.75),
    ...times(engine.firstToken, ['0.1', '0.5', '1.0'], 1),
    ...times(engine.wholeRequest, ['1', '5', '10'], 20),
    ...times(engine.betweenTokens, ['0.01', '0.05', '0.1'], 0.1),
    ...one(counter, engine.promptTokens, 100, 50),
    ...one(counter, engine.generatedTokens, 40, 20),
  ];
}

const podLabels = (pod: string, workload: string): GivenSeries =>
  gauge('kube_pod_labels', { namespace: 'n5', pod, [OWNER_LABEL]: workload }, 1);

/** Two replicas of each model server, whose pages two jobs scrape; vLLM has a second engine in its first replica. */
export const OF_ENGINES: readonly GivenSeries[] = ENGINES.flatMap((engine) => [
  ...([0, 1] as const).flatMap((replica) => [
    ...pageOf(engine, replica).flatMap(twice),
    podLabels(`${engine.name}-${replica}`, engine.name),
  ]),
  ...(engine.name === 'vllm'
    ? [
        gauge(
          'vllm:num_requests_running',
          { namespace: 'n5', pod: 'vllm-0', model_name: 'm', version: '1', engine: '1' },
          5,
        ),
      ]
    : []),
]);
