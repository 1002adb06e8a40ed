import {
  ANSWERED,
  ANSWERED_NAMESPACE,
  ANSWERED_TIMES,
  ANSWERED_WINDOW_MS,
  answerTo,
} from '@tessera/testing-contract-suites/recorded-answers';
import { startMetrics, type MetricsUnderTest } from './testing/metrics-under-test';
import { PageServer } from './testing/page-server';

const { start, end, step } = ANSWERED_TIMES;
/** A rate looks back over four scrapes. */
const SCRAPE_MS = ANSWERED_WINDOW_MS / 4;

interface Body {
  readonly measurements: readonly {
    readonly type: string;
    readonly values: readonly { readonly value: string }[];
  }[];
  readonly histogram?: readonly {
    readonly type: string;
    readonly values: readonly { readonly data: object }[];
  }[];
}

describe('the metrics service with a Prometheus that keeps native histograms', () => {
  let prometheus: PageServer;
  let metrics: MetricsUnderTest;
  beforeAll(async () => {
    prometheus = await PageServer.start({
      '/api/v1/query_range': (form) => {
        const { status, body } = answerTo(new URLSearchParams(form));
        return { status, text: JSON.stringify(body) };
      },
    });
    metrics = await startMetrics({
      TESSERA_PROMETHEUS_URL: prometheus.url,
      TESSERA_SCRAPE_INTERVAL_MS: String(SCRAPE_MS),
    });
  });
  afterAll(async () => {
    await metrics?.stop();
    await prometheus?.stop();
  });

  async function asked(workload: keyof typeof ANSWERED, ...types: readonly string[]) {
    const query = new URLSearchParams({
      metricType: types.join(','),
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      numberOfSamples: String((end - start) / step + 1),
    });
    const path = `/internal/v1/namespaces/${ANSWERED_NAMESPACE}/workloads/${ANSWERED[workload]}/metrics`;
    const { status, body } = await metrics.get(`${path}?${query.toString()}`);
    return { status, ...(body as Body) };
  }

  it.each([
    ['exponential', [650, 500 * 2 ** (1 / 3), 500 * 2 ** (14 / 15), 500 * 2 ** (14.8 / 15)]],
    ['custom', [250, 300, 875, 975]],
  ] as const)('answers the latency of %s buckets at every instant', async (workload, want) => {
    const { status, measurements } = await asked(
      workload,
      'LATENCY',
      'LATENCY_P50',
      'LATENCY_P95',
      'LATENCY_P99',
    );
    expect(status).toBe(200);
    const values = measurements.map((one) => one.values.map(({ value }) => Number(value)));
    expect(values).toEqual(want.map((ms) => [ms, ms, ms].map((each) => expect.closeTo(each, 4))));
  });

  it('answers distributions by the bounds that the server has', async () => {
    const type = 'NIM_TIME_TO_FIRST_TOKEN_SECONDS';
    const { status, measurements, histogram } = await asked('nim', type);
    expect([status, measurements]).toEqual([200, []]);
    const data = { '0.125': '60', '0.25': '240', '0.5': '300', '+Inf': '300' };
    expect(histogram).toEqual([
      { type, values: [1, 2, 3].map(() => ({ timestamp: expect.any(String), data })) },
    ]);
  });

  it('answers 207 without values where the server cannot add histograms up, and warns of it', async () => {
    const { status, measurements } = await asked('both', 'LATENCY_P95');
    expect([status, measurements]).toEqual([207, [{ type: 'LATENCY_P95', labels: {}, values: [] }]]);
  });
});
