import { z } from 'zod';

/** Name of a series, or of a metric by which a workload scales. */
const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const name = z.string().regex(NAME, 'is not the name of a metric');

const folded = {
  /** How the series of one pod become one value, for example those of several models; default sum. */
  fold: z.enum(['sum', 'avg']).optional(),
  /** Factor of the value, for example 100 for a share in percent: thresholds are whole numbers. */
  factor: z.number().positive().optional(),
};

/** How the value of a metric is computed for each pod, from series with the labels `namespace` and `pod`. */
export const ScalingQuery = z.union([
  /** The newest value of a gauge. */
  z.strictObject({ gauge: name, ...folded }),
  /** The increase per second of a counter. */
  z.strictObject({ rate: name, ...folded }),
  /** The increase of one counter divided by that of another, such as the sum and the count of a histogram. */
  z.strictObject({ ratio: z.tuple([name, name]), ...folded }),
  /** A query in PromQL whose result has the labels `namespace` and `pod`; only for a Prometheus server. */
  z.strictObject({ promql: z.string().min(1) }),
]);
export type ScalingQuery = z.infer<typeof ScalingQuery>;

/** Queries by the name under which `spec.autoscaling.metric` asks for them. */
export const ScalingQueries = z.record(name, ScalingQuery);
export type ScalingQueries = z.infer<typeof ScalingQueries>;

const gauge = (series: string): ScalingQuery => ({ gauge: series });
/** A share between 0 and 1, in percent. */
const percent = (series: string): ScalingQuery => ({ gauge: series, fold: 'avg', factor: 100 });
/** The mean of a histogram in seconds over the last scrapes, in ms. */
const meanMs = (histogram: string): ScalingQuery => ({
  ratio: [`${histogram}_sum`, `${histogram}_count`],
  factor: 1_000,
});
/** The mean time per request of a counter in microseconds, in ms. */
const perRequestMs = (counter: string): ScalingQuery => ({
  ratio: [counter, 'nv_inference_request_success'],
  factor: 0.001,
});

/** Metrics of model servers that need no configuration. A name that is not here is a gauge of that name. */
export const BUILT_IN_SCALING_QUERIES: Readonly<Record<string, Readonly<Record<string, ScalingQuery>>>> = {
  vLLM: {
    'vllm:num_requests_waiting': gauge('vllm:num_requests_waiting'),
    'vllm:num_requests_running': gauge('vllm:num_requests_running'),
    'vllm:kv_cache_usage_perc': percent('vllm:kv_cache_usage_perc'),
    'vllm:gpu_cache_usage_perc': percent('vllm:gpu_cache_usage_perc'),
    'vllm:time_to_first_token_seconds': meanMs('vllm:time_to_first_token_seconds'),
    'vllm:time_per_output_token_seconds': meanMs('vllm:time_per_output_token_seconds'),
    'vllm:request_time_per_output_token_seconds': meanMs('vllm:request_time_per_output_token_seconds'),
    'vllm:inter_token_latency_seconds': meanMs('vllm:inter_token_latency_seconds'),
    'vllm:e2e_request_latency_seconds': meanMs('vllm:e2e_request_latency_seconds'),
    'vllm:request_queue_time_seconds': meanMs('vllm:request_queue_time_seconds'),
  },
  TGI: {
    tgi_queue_size: gauge('tgi_queue_size'),
    tgi_batch_current_size: gauge('tgi_batch_current_size'),
    tgi_request_queue_duration: meanMs('tgi_request_queue_duration'),
    tgi_request_duration: meanMs('tgi_request_duration'),
    tgi_request_mean_time_per_token_duration: meanMs('tgi_request_mean_time_per_token_duration'),
  },
  Triton: {
    nv_inference_pending_request_count: gauge('nv_inference_pending_request_count'),
    nv_inference_queue_duration_us: perRequestMs('nv_inference_queue_duration_us'),
    nv_inference_request_duration_us: perRequestMs('nv_inference_request_duration_us'),
  },
  SGLang: {
    'sglang:num_queue_reqs': gauge('sglang:num_queue_reqs'),
    'sglang:num_running_reqs': gauge('sglang:num_running_reqs'),
    'sglang:token_usage': percent('sglang:token_usage'),
    'sglang:time_to_first_token_seconds': meanMs('sglang:time_to_first_token_seconds'),
    'sglang:inter_token_latency_seconds': meanMs('sglang:inter_token_latency_seconds'),
    'sglang:e2e_request_latency_seconds': meanMs('sglang:e2e_request_latency_seconds'),
    'sglang:queue_time_seconds': meanMs('sglang:queue_time_seconds'),
  },
  NIM: {
    num_requests_waiting: gauge('num_requests_waiting'),
    num_requests_running: gauge('num_requests_running'),
    gpu_cache_usage_perc: percent('gpu_cache_usage_perc'),
    time_to_first_token_seconds: meanMs('time_to_first_token_seconds'),
    time_per_output_token_seconds: meanMs('time_per_output_token_seconds'),
    e2e_request_latency_seconds: meanMs('e2e_request_latency_seconds'),
  },
};

const BUILT_IN: ScalingQueries = Object.assign({}, ...Object.values(BUILT_IN_SCALING_QUERIES));

/** The query of a metric: the configured one, else the built-in one, else the gauge of that name. */
export const scalingQueryOf = (metric: string, configured: ScalingQueries): ScalingQuery | undefined => {
  if (Object.hasOwn(configured, metric)) return configured[metric];
  if (Object.hasOwn(BUILT_IN, metric)) return BUILT_IN[metric];
  return NAME.test(metric) ? { gauge: metric } : undefined;
};
