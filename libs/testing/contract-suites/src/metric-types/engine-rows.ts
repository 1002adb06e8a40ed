import { ENGINES } from './engines';
import type { Row, Want } from './row';

const labelled = (label: string, values: Readonly<Record<string, number>>): Want =>
  Object.fromEntries(
    Object.entries(values).map(([value, count]) => [JSON.stringify({ [label]: value }), count]),
  );

/** Of 10 requests per second, 2, 8 and 10 ended up to the bounds: half of them in the middle of the second bucket. */
const WORKLOAD_TYPES: Row['types'] = {
  NIM_NUM_REQUESTS_RUNNING: 3 + 4,
  NIM_NUM_REQUESTS_WAITING: 1,
  NIM_NUM_REQUEST_MAX: 32,
  NIM_REQUEST_SUCCESS_TOTAL: 120 * (2 + 1),
  NIM_REQUEST_FAILURE_TOTAL: 60,
  NIM_GPU_CACHE_USAGE_PERC: 0.5,
  NIM_TIME_TO_FIRST_TOKEN_SECONDS: labelled('le', { '0.1': 120, '0.5': 480, '1.0': 600, '+Inf': 600 }),
  NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES: labelled('percentile', { p50: 0.3, p90: 0.75, p99: 0.975 }),
  NIM_E2E_REQUEST_LATENCY_SECONDS: labelled('le', { '1': 120, '5': 480, '10': 600, '+Inf': 600 }),
  NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES: labelled('percentile', { p50: 3, p90: 7.5, p99: 9.75 }),
  TIME_TO_FIRST_TOKEN_SECONDS: 0.2,
  INTER_TOKEN_LATENCY_SECONDS: 0.02,
  PROMPT_TOKENS_PER_SECOND: 150,
  GENERATION_TOKENS_PER_SECOND: 60,
};

/** The same of the first replica alone. */
const POD_TYPES: Row['types'] = {
  NIM_NUM_REQUESTS_RUNNING: 3,
  NIM_NUM_REQUESTS_WAITING: 1,
  NIM_NUM_REQUEST_MAX: 16,
  NIM_REQUEST_SUCCESS_TOTAL: 240,
  NIM_REQUEST_FAILURE_TOTAL: 60,
  NIM_GPU_CACHE_USAGE_PERC: 0.25,
  NIM_TIME_TO_FIRST_TOKEN_SECONDS: labelled('le', { '0.1': 60, '0.5': 240, '1.0': 300, '+Inf': 300 }),
  NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES: labelled('percentile', { p50: 0.3, p90: 0.75, p99: 0.975 }),
  NIM_E2E_REQUEST_LATENCY_SECONDS: labelled('le', { '1': 60, '5': 240, '10': 300, '+Inf': 300 }),
  NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES: labelled('percentile', { p50: 3, p90: 7.5, p99: 9.75 }),
  TIME_TO_FIRST_TOKEN_SECONDS: 0.2,
  INTER_TOKEN_LATENCY_SECONDS: 0.02,
  PROMPT_TOKENS_PER_SECOND: 100,
  GENERATION_TOKENS_PER_SECOND: 40,
};

/** Which figure each type reads. */
const READS: Readonly<Record<string, keyof (typeof ENGINES)[number]>> = {
  NIM_NUM_REQUESTS_RUNNING: 'running',
  NIM_NUM_REQUESTS_WAITING: 'waiting',
  NIM_NUM_REQUEST_MAX: 'most',
  NIM_REQUEST_SUCCESS_TOTAL: 'succeeded',
  NIM_REQUEST_FAILURE_TOTAL: 'failed',
  NIM_GPU_CACHE_USAGE_PERC: 'cacheUse',
  NIM_TIME_TO_FIRST_TOKEN_SECONDS: 'firstToken',
  NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES: 'firstToken',
  NIM_E2E_REQUEST_LATENCY_SECONDS: 'wholeRequest',
  NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES: 'wholeRequest',
  TIME_TO_FIRST_TOKEN_SECONDS: 'firstToken',
  INTER_TOKEN_LATENCY_SECONDS: 'betweenTokens',
  PROMPT_TOKENS_PER_SECOND: 'promptTokens',
  GENERATION_TOKENS_PER_SECOND: 'generatedTokens',
};

/** What model servers measure, by each of them; nothing where one does not measure it. */
export const ENGINE_ROWS: Readonly<Record<string, Row>> = Object.fromEntries(
  ENGINES.flatMap((engine) => {
    const known = (types: Row['types']): Row['types'] =>
      Object.fromEntries(
        Object.entries(types).map(([type, want]) => [
          type,
          engine[READS[type] ?? 'name'] === undefined ? {} : want,
        ]),
      );
    const { name } = engine;
    const scope = { workloadId: name, namespace: 'n5' };
    // Its first replica has a second engine, with five requests.
    const more = (running: number) => (name === 'vllm' ? { NIM_NUM_REQUESTS_RUNNING: running + 5 } : {});
    const rows: readonly (readonly [string, Row])[] = [
      [
        `a workload of ${name}`,
        { scope: { kind: 'workload', ...scope }, types: { ...known(WORKLOAD_TYPES), ...more(7) } },
      ],
      [
        `a pod of ${name}`,
        { scope: { kind: 'pod', ...scope, pod: `${name}-0` }, types: { ...known(POD_TYPES), ...more(3) } },
      ],
    ];
    return rows;
  }),
);
