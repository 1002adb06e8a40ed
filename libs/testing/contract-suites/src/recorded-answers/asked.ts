import { T0 } from '../series-source';

/** How the server is started beside its standard. */
export type AnsweringServer = 'usual' | 'a store is away' | 'few samples in memory';

/** A question that is no measurement. */
export interface AskedOnce {
  readonly server: AnsweringServer;
  readonly path: string;
  readonly form: Readonly<Record<string, string>>;
  /** Of the answer; default 200. */
  readonly status?: number;
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);
const END = seconds(T0 + 120_000);

/** A range query for one instant. */
const range = (
  query: string,
  more: Readonly<Record<string, string>> = {},
  { server = 'usual', ...status }: Partial<AskedOnce> = {},
): AskedOnce => ({
  server,
  path: '/api/v1/query_range',
  form: { query, start: END, end: END, step: '1', ...more },
  ...status,
});

/** Questions to which a server answers with more, or less, than a result. A result is one series of the value 60. */
export const ASKED = {
  'a rate of what may be no counter': range('sum(rate(queue_depth[60s]))'),
  'a quantile of buckets that fall': range('histogram_quantile(1, falling_bucket)'),
  'a quantile of a bucket without a bound': range('histogram_quantile(0.5, odd_bucket)'),
  'a sum of numbers and histograms': range('sum(mixed)'),
  'a store that is away': range('sum(temperature)', {}, { server: 'a store is away' }),
  'the labels, of a store that is away': { server: 'a store is away', path: '/api/v1/labels', form: {} },
  'too many samples': range(
    'sum(temperature)',
    { start: seconds(T0) },
    { server: 'few samples in memory', status: 422 },
  ),
  'too many instants': range('sum(temperature)', { start: seconds(T0), step: '0.005' }, { status: 400 }),
  'too little time': range('sum(sum_over_time(temperature[60s:1ms]))', { timeout: '0.01' }, { status: 503 }),
  'no PromQL': range('sum(temperature', {}, { status: 400 }),
} as const satisfies Readonly<Record<string, AskedOnce>>;
