import { eventually } from '@tessera/testing-services/eventually';
import { NAMESPACE, WORKLOAD } from './testing/cluster-pages';
import { FAULTS, FaultyPrometheus, right } from './testing/faulty-prometheus';
import { present, startMetrics, type MetricsUnderTest } from './testing/metrics-under-test';

const PATH = `/internal/v1/namespaces/${NAMESPACE}/workloads/${WORKLOAD}/metrics`;
const TIMEOUT_MS = 500;
/** What a busy machine may add to a time limit, ms. */
const SLACK_MS = 4_000;

const value = (type: string) => ({
  type,
  labels: {},
  values: [{ value: '60', timestamp: expect.any(String) }],
});
const both = [value('THROUGHPUT'), value('LATENCY')];
const others = [value('THROUGHPUT')];
const nothing = { type: 'LATENCY', labels: {}, values: [] };

/** The answer where one type of two meets the fault, and where the only type does: status, and measurements or reason. */
const MATRIX: Readonly<
  Record<
    keyof typeof FAULTS,
    {
      readonly ofTwo: readonly [200 | 207, readonly unknown[]];
      readonly alone: readonly [200 | 207, readonly unknown[]] | readonly [503, string];
    }
  >
> = {
  'remarks on the query': { ofTwo: [200, both], alone: [200, [value('LATENCY')]] },
  'remarks on the buckets': { ofTwo: [200, both], alone: [200, [value('LATENCY')]] },
  'warns of a store that is away': { ofTwo: [207, both], alone: [207, [value('LATENCY')]] },
  'warns of the query': { ofTwo: [207, both], alone: [207, [value('LATENCY')]] },
  'warns and has nothing': { ofTwo: [207, [...others, nothing]], alone: [207, [nothing]] },
  'refuses the query with 422': {
    ofTwo: [207, others],
    alone: [503, 'answered 422: query processing would load too many samples'],
  },
  'refuses the query with 400': {
    ofTwo: [207, others],
    alone: [503, 'answered 400: exceeded maximum resolution'],
  },
  'does not understand the query': {
    ofTwo: [207, others],
    alone: [503, 'answered 400: invalid parameter "query"'],
  },
  'gives up with 503': { ofTwo: [207, others], alone: [503, 'answered 503: query timed out'] },
  'answers 500 with a page': { ofTwo: [207, others], alone: [503, 'answered 500: "<html><h1>Internal'] },
  'answers 401 without a body': { ofTwo: [207, others], alone: [503, 'answered 401: ""'] },
  redirects: {
    ofTwo: [207, others],
    alone: [503, 'answered 302, a redirect to http://127.0.0.1:1/login'],
  },
  'is no JSON': {
    ofTwo: [207, others],
    alone: [503, 'answered no answer of the Prometheus HTTP API, but "<html>Welcome to nginx!</html>"'],
  },
  'is empty': { ofTwo: [207, others], alone: [503, 'no answer of the Prometheus HTTP API, but ""'] },
  'says error with status 200': { ofTwo: [207, others], alone: [503, 'answered 200: engine closed'] },
  'is of another API': {
    ofTwo: [207, others],
    alone: [503, 'no answer of the Prometheus HTTP API, but "{\\"items\\":[]}"'],
  },
  'is a vector': { ofTwo: [207, others], alone: [503, 'answered a result that is no matrix'] },
  'has a value that is no text': {
    ofTwo: [207, others],
    alone: [503, 'answered a sample that is no pair of time and text'],
  },
  'has labels that are no texts': { ofTwo: [207, others], alone: [503, 'answered a label that is no text'] },
  'is cut off in the middle': { ofTwo: [207, others], alone: [503, 'cannot be reached: '] },
  'is closed before an answer': { ofTwo: [207, others], alone: [503, 'cannot be reached: '] },
  'never answers': { ofTwo: [207, others], alone: [503, 'did not answer within 0.5 s'] },
  'never ends': { ofTwo: [207, others], alone: [503, 'did not answer within 0.5 s'] },
  'is larger than memory should hold': {
    ofTwo: [207, others],
    alone: [503, 'was cut off: the answer is longer than 32 MiB; ask for fewer samples'],
  },
};

const words = (body: unknown): unknown => (body as { measurements?: unknown }).measurements;

describe('an answer of a Prometheus that', () => {
  let prometheus: FaultyPrometheus;
  let metrics: MetricsUnderTest;
  beforeEach(async () => {
    prometheus = await FaultyPrometheus.start('duration_seconds_sum');
    metrics = await startMetrics({
      TESSERA_PROMETHEUS_URL: prometheus.url,
      TESSERA_PROMETHEUS_TIMEOUT_MS: String(TIMEOUT_MS),
    });
  });
  afterEach(async () => {
    await metrics?.stop();
    await prometheus?.stop();
  });

  it.each(Object.entries(MATRIX))('%s', async (name, { ofTwo, alone }) => {
    prometheus.fault = FAULTS[name as keyof typeof FAULTS];
    const began = performance.now();
    const two = await metrics.get(`${PATH}?${present('THROUGHPUT,LATENCY')}`);
    expect([two.status, words(two.body)]).toEqual(ofTwo);
    const one = await metrics.get(`${PATH}?${present('LATENCY')}`);
    const want = alone[0] === 503 ? expect.stringContaining(alone[1]) : alone[1];
    const { details } = one.body as { details?: string };
    expect([one.status, details ?? words(one.body)]).toEqual([alone[0], want]);
    expect(performance.now() - began).toBeLessThan(2 * TIMEOUT_MS + SLACK_MS);
  });

  it('hangs is asked no longer after some queries, until one query finds it well again', async () => {
    prometheus.fault = FAULTS['never answers'];
    const path = `${PATH}?${present('LATENCY')}`;
    // Each for one sample more, so that none shares the answer of another.
    const answers = await Promise.all(
      Array.from({ length: 5 }, (_, more) => metrics.get(`${path}&numberOfSamples=${more + 1}`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    const { asked } = prometheus;
    const skipped = await metrics.get(path);
    expect(skipped).toMatchObject({
      status: 503,
      body: {
        details: expect.stringContaining(
          'was not asked, since its last 5 queries failed: it did not answer within 0.5 s',
        ),
      },
    });
    expect(prometheus.asked).toBe(asked);
    const { body } = await metrics.admin('/metrics');
    expect(body).toMatch(/tessera_metrics_prometheus_queries_total\{outcome="failed",.*\} 5/);
    expect(body).toMatch(/tessera_metrics_prometheus_queries_total\{outcome="skipped",.*\} 1/);
    prometheus.fault = right;
    await eventually(async () => expect((await metrics.get(path)).status).toBe(200), 20_000);
  }, 40_000);
});
