import type { Scope } from '@tessera/application-measuring';
import type { SampleTimes } from '@tessera/domain-measurement';
import { T0 } from '../series-source';
import type { Want } from '../metric-types/row';
import { ANSWERED, ANSWERED_NAMESPACE } from './given';

/** The instants of every measurement, and how far back its rates look, ms. */
export const ANSWERED_TIMES: SampleTimes = { start: T0 + 60_000, end: T0 + 120_000, step: 30_000 };
export const ANSWERED_WINDOW_MS = 60_000;

interface AnsweredRow {
  readonly scope: Scope;
  /** What each metric type is at every instant, by the text of the labels; a number has none. */
  readonly types: Readonly<Record<string, number | Want>>;
  /** The server warns of each of them. */
  readonly warned?: true;
}

const workload = (of: keyof typeof ANSWERED): Scope => ({
  kind: 'workload',
  workloadId: ANSWERED[of],
  namespace: ANSWERED_NAMESPACE,
});
const labelled = (label: string, values: Readonly<Record<string, number>>): Want =>
  Object.fromEntries(
    Object.entries(values).map(([value, count]) => [JSON.stringify({ [label]: value }), count]),
  );

/** Within a bucket of an exponential histogram, the logarithms of what was observed count as evenly spread. */
const within = (lower: number, share: number): number => lower * 2 ** share;

/** Measurements of native histograms, computed by hand from what the server was given. */
export const ANSWERED_ROWS: Readonly<Record<string, AnsweredRow>> = {
  'a workload with exponential histograms': {
    scope: workload('exponential'),
    // Of 20 requests per second, 5 ended up to 0.5 s, and all up to 1 s.
    types: {
      LATENCY: (1000 * (5 + 8)) / 20,
      LATENCY_P50: within(500, (10 - 5) / 15),
      LATENCY_P95: within(500, (19 - 5) / 15),
      LATENCY_P99: within(500, (19.8 - 5) / 15),
    },
  },
  'a pod with an exponential histogram': {
    scope: { ...workload('exponential'), kind: 'pod', pod: 'w-0' } as Scope,
    types: { LATENCY: 500, LATENCY_P50: 500, LATENCY_P95: within(500, 0.9), LATENCY_P99: within(500, 0.98) },
  },
  'a workload whose buckets the server keeps as a native histogram': {
    scope: workload('custom'),
    // Of 10, 2 ended up to 0.1 s, 8 up to 0.5 s, and all up to 1 s.
    types: { LATENCY: 250, LATENCY_P50: 300, LATENCY_P95: 875, LATENCY_P99: 975 },
  },
  'a workload whose pods have histograms of both kinds': {
    scope: workload('both'),
    types: { LATENCY: {}, LATENCY_P95: {} },
    warned: true,
  },
  'a workload of NIM': {
    scope: workload('nim'),
    types: {
      NIM_TIME_TO_FIRST_TOKEN_SECONDS: labelled('le', { '0.125': 60, '0.25': 240, '0.5': 300, '+Inf': 300 }),
      NIM_TIME_TO_FIRST_TOKEN_SECONDS_PERCENTILES: labelled('percentile', {
        p50: within(0.125, 0.5),
        p90: within(0.25, 0.5),
        p99: within(0.25, 0.95),
      }),
      NIM_E2E_REQUEST_LATENCY_SECONDS: labelled('le', { '1': 60, '5': 240, '10': 300, '+Inf': 300 }),
      NIM_E2E_REQUEST_LATENCY_SECONDS_PERCENTILES: labelled('percentile', { p50: 3, p90: 7.5, p99: 9.75 }),
      TIME_TO_FIRST_TOKEN_SECONDS: 0.2,
    },
  },
  'a workload of TGI': { scope: workload('tgi'), types: { PROMPT_TOKENS_PER_SECOND: 150 } },
};
