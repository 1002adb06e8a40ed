/**
 * Names of the same figure by model server and generation: NIM, vLLM, SGLang, TGI, Triton. A workload has one model server,
 * so the first name that has series counts. Their pages name neither namespace nor pod; whoever scrapes them adds both.
 */
export const ENGINE_SERIES = {
  /** Gauges. */
  running: [
    'num_requests_running',
    'vllm:num_requests_running',
    'sglang:num_running_reqs',
    'tgi_batch_current_size',
  ],
  waiting: [
    'num_requests_waiting',
    'vllm:num_requests_waiting',
    'sglang:num_queue_reqs',
    'tgi_queue_size',
    'nv_inference_pending_request_count',
  ],
  most: ['num_request_max'],
  /** Counters. */
  succeeded: [
    'request_success_total',
    'vllm:request_success_total',
    'tgi_request_success',
    'nv_inference_request_success',
  ],
  failed: ['request_failure_total', 'tgi_request_failure', 'nv_inference_request_failure'],
  /** Gauge, between 0 and 1. */
  cacheUse: [
    'gpu_cache_usage_perc',
    'vllm:kv_cache_usage_perc',
    'vllm:gpu_cache_usage_perc',
    'sglang:token_usage',
  ],
  /** Histograms, seconds. */
  firstToken: [
    'time_to_first_token_seconds',
    'vllm:time_to_first_token_seconds',
    'sglang:time_to_first_token_seconds',
  ],
  wholeRequest: [
    'e2e_request_latency_seconds',
    'vllm:e2e_request_latency_seconds',
    'sglang:e2e_request_latency_seconds',
    'tgi_request_duration',
  ],
  betweenTokens: [
    'time_per_output_token_seconds',
    'vllm:inter_token_latency_seconds',
    'vllm:time_per_output_token_seconds',
    'sglang:inter_token_latency_seconds',
    'sglang:time_per_output_token_seconds',
    'tgi_request_mean_time_per_token_duration',
  ],
  /** Counters. */
  promptTokens: [
    'prompt_tokens_total',
    'vllm:prompt_tokens_total',
    'sglang:prompt_tokens_total',
    'tgi_request_input_length_sum',
  ],
  generatedTokens: [
    'generation_tokens_total',
    'vllm:generation_tokens_total',
    'sglang:generation_tokens_total',
    'tgi_request_generated_tokens_sum',
  ],
} as const;
export type EngineFigure = keyof typeof ENGINE_SERIES;

/**
 * Labels by which model servers tell apart what they count, beside those of the scrape: models, reasons, engines and
 * ranks of one server.
 */
export const ENGINE_LABELS = [
  'model_name',
  'model',
  'version',
  'finished_reason',
  'engine',
  'dp_rank',
  'le',
] as const;
