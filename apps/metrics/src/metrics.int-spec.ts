import { MetricsResponse } from '@tessera/contracts-rest';
import { describeWithService, testPrometheus, type TestPrometheus } from '@tessera/testing-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import {
  clusterPage,
  gatewayPage,
  LATENCY_MS,
  NAMESPACE,
  OTHER,
  PER_SECOND,
  WORKLOAD,
} from './testing/cluster-pages';
import { accepted, present, startMetrics, type MetricsUnderTest } from './testing/metrics-under-test';
import { PageServer } from './testing/page-server';
import { tokenMaker } from './testing/token-maker';

const WORKLOADS = `/internal/v1/namespaces/${NAMESPACE}/workloads`;
const OF_WORKLOAD = `${WORKLOADS}/${WORKLOAD}/metrics`;
const OF_POD = `${WORKLOADS}/${WORKLOAD}/pods/chat-1/metrics`;

describe('the metrics service with its own scrapes', () => {
  let exporters: PageServer;
  let metrics: MetricsUnderTest;
  beforeAll(async () => {
    const began = performance.now();
    exporters = await PageServer.start({
      '/gateway': () => gatewayPage((performance.now() - began) / 1000),
      '/cluster': () => clusterPage(),
    });
    const targets = ['/gateway', '/cluster', '/nobody'].map((path) => exporters.url + path);
    metrics = await startMetrics({ TESSERA_SCRAPE_TARGETS: targets.join(',') });
    await accepted(
      () => metrics.latest(OF_WORKLOAD, 'THROUGHPUT'),
      // A rate reaches its full value only once its window is full.
      (values) => expect(values['THROUGHPUT']).toBeGreaterThan(PER_SECOND * 0.9),
    );
  }, 30_000);
  afterAll(async () => {
    await metrics?.stop();
    await exporters?.stop();
  });

  it('measures throughput and latency over all pods of the workload, and of no other', async () => {
    // A scrape that is late on a busy machine leaves no rate until the next ones.
    const values = await accepted(
      () => metrics.latest(OF_WORKLOAD, 'THROUGHPUT,LATENCY'),
      (read) => expect(read['THROUGHPUT']).toBeGreaterThan(PER_SECOND * 0.7),
    );
    expect(values['THROUGHPUT']).toBeLessThan(PER_SECOND * 1.3);
    expect(values['LATENCY']).toBeCloseTo(LATENCY_MS, 3);
  });

  it('measures one pod', async () => {
    const values = await accepted(
      () => metrics.latest(OF_POD, 'THROUGHPUT,ALLOCATED_GPU,GPU_UTILIZATION_PER_GPU'),
      (read) => expect(read['THROUGHPUT']).toBeGreaterThan(20 * 0.7),
    );
    expect(values['THROUGHPUT']).toBeLessThan(20 * 1.3);
    expect(values).toMatchObject({ 'ALLOCATED_GPU 10': 0.5, 'GPU_UTILIZATION_PER_GPU 10': 40 });
  });

  it('measures what exporters report of the pods that carry the id of the workload in the namespace of its project', async () => {
    const types = [
      'GPU_UTILIZATION',
      'GPU_MEMORY_USAGE_BYTES',
      'CPU_MEMORY_USAGE_BYTES',
      'RUNNING_POD_COUNT',
    ];
    expect(await metrics.latest(OF_WORKLOAD, [...types, 'POD_COUNT', 'GPU_ALLOCATION'].join(','))).toEqual({
      GPU_UTILIZATION: 60,
      GPU_MEMORY_USAGE_BYTES: 2 * 1024 * 1024 * 1024,
      CPU_MEMORY_USAGE_BYTES: 1e9,
      RUNNING_POD_COUNT: 2,
      POD_COUNT: 2,
      GPU_ALLOCATION: 1,
    });
  });

  it('responds in the form of the REST API, devices in order of their number', async () => {
    const { status, body } = await metrics.get(
      `${OF_WORKLOAD}?${present('ALLOCATED_GPU')}&numberOfSamples=1`,
    );
    expect(status).toBe(200);
    expect(MetricsResponse.parse(body)).toEqual(body);
    const device = (gpu: string) => ({
      type: 'ALLOCATED_GPU',
      labels: { gpu, node: 'node-1' },
      values: [{ value: '0.5', timestamp: expect.stringMatching(/^\d{4}-.*T.*\.\d{3}Z$/) }],
    });
    expect(body).toEqual({ measurements: [device('3'), device('10')] });
  });

  it('returns empty values for an unknown workload, and for no samples', async () => {
    const unseen = `${WORKLOADS}/${OTHER.replace('0', 'f')}/metrics?${present('LATENCY')}`;
    const empty = { status: 200, body: { measurements: [{ type: 'LATENCY', labels: {}, values: [] }] } };
    expect(await metrics.get(unseen)).toEqual(empty);
    expect(await metrics.get(`${OF_WORKLOAD}?${present('LATENCY')}&numberOfSamples=0`)).toEqual(empty);
  });

  it('measures scopes of nodes and organisation units', async () => {
    const scoped = (scope: object, ...metricType: string[]) =>
      metrics.post('/internal/v1/measurements', {
        ...{ scope, metricType, numberOfSamples: 1 },
        ...{ start: new Date(Date.now() - 60_000).toISOString(), end: new Date().toISOString() },
      });
    const project = { kind: 'org-unit', orgUnit: 'project', id: '7', namespaces: [NAMESPACE] };
    expect(await scoped(project, 'GPU_ALLOCATION')).toMatchObject({
      status: 200,
      body: { measurements: [{ type: 'GPU_ALLOCATION', values: [{ value: '2' }] }] },
    });
    const node = { kind: 'node', clusterId: OTHER, node: 'node-1' };
    expect(await scoped(node, 'GPU_OOMKILL_IDLE_COUNT_PER_GPU')).toMatchObject({
      status: 200,
      body: { measurements: [{ labels: {}, values: [] }] },
    });
    expect((await scoped(node, 'POD_COUNT')).status).toBe(400);
    expect((await scoped({ kind: 'node', clusterId: 'no id', node: '' }, 'GPU_UTILIZATION')).status).toBe(
      400,
    );
  });

  it.each([
    ['metricType', OF_WORKLOAD, present('NONSENSE')],
    ['metricType', OF_POD, present('POD_COUNT')],
    ['metricType', OF_WORKLOAD, 'start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z'],
    ['start', OF_WORKLOAD, 'metricType=LATENCY&start=yesterday&end=2026-01-02T00:00:00Z'],
    ['end', OF_WORKLOAD, 'metricType=LATENCY&start=2026-01-01T00:00:00Z'],
    ['start', OF_WORKLOAD, 'metricType=LATENCY&start=2026-01-02T00:00:00Z&end=2026-01-01T00:00:00Z'],
    ['numberOfSamples', OF_WORKLOAD, `${present('LATENCY')}&numberOfSamples=1001`],
  ])('rejects a wrong %s', async (parameter, path, query) => {
    const { status, body } = await metrics.get(`${path}?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 400, message: expect.any(String) });
    expect(JSON.stringify(body)).toContain(parameter);
  });

  it('accepts only service tokens of its issuer, signed with the keys it publishes', async () => {
    const path = `${OF_WORKLOAD}?${present('LATENCY')}`;
    const bearer = async (issuer: string) => `Bearer ${await (await tokenMaker(issuer)).token()}`;
    const refused = [
      '',
      'Bearer nonsense',
      await bearer('http://stranger.test'),
      await bearer('http://api.test'),
      `Bearer ${metrics.clientToken}`,
      `Bearer ${metrics.schedulerToken}`,
    ];
    for (const authorization of refused)
      expect(await metrics.get(path, authorization)).toMatchObject({ status: 401, body: { code: 401 } });
  });

  it.each([`${WORKLOADS}/nonsense/metrics`, '/internal/v1/nothing'])('has nothing at %s', async (path) => {
    expect(await metrics.get(`${path}?${present('LATENCY')}`)).toMatchObject({
      status: 404,
      body: { code: 404 },
    });
  });

  it('serves health and its own metrics on a separate port without a token', async () => {
    expect(await metrics.admin('/livez')).toEqual({ status: 200, body: 'ok\n' });
    expect(await metrics.admin('/readyz')).toEqual({ status: 200, body: 'ok\n' });
    for (const path of ['/livez', '/readyz', '/metrics'])
      expect([path, (await metrics.get(path, '')).status]).toEqual([path, 404]);
    const { body } = await metrics.admin('/metrics');
    expect(body).toMatch(
      /tessera_metrics_request_duration_seconds_count\{.*scope="workload",status="200"\} [1-9]/,
    );
    expect(body).toMatch(/tessera_metrics_scrapes_total\{target="[^"]*\/nobody",ok="false",/);
  });
});

describe('the metrics service with a Prometheus that fails', () => {
  const NOTHING = JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [] } });
  const FAILURE = { status: 422, text: JSON.stringify({ status: 'error', error: 'too many samples' }) };
  let prometheus: PageServer;
  let metrics: MetricsUnderTest;
  beforeAll(async () => {
    prometheus = await PageServer.start({
      '/api/v1/query': () => NOTHING,
      '/api/v1/query_range': (form) => (form.includes('duration_seconds_sum') ? FAILURE : NOTHING),
    });
    metrics = await startMetrics({ TESSERA_PROMETHEUS_URL: prometheus.url });
  });
  afterAll(async () => {
    await metrics?.stop();
    await prometheus?.stop();
  });

  it('returns 207 with the types that could be read', async () => {
    const { status, body } = await metrics.get(`${OF_WORKLOAD}?${present('LATENCY,THROUGHPUT')}`);
    expect(status).toBe(207);
    expect(body).toEqual({ measurements: [{ type: 'THROUGHPUT', labels: {}, values: [] }] });
  });

  it('returns 503 with the reason when none could be read', async () => {
    const { status, body } = await metrics.get(`${OF_WORKLOAD}?${present('LATENCY')}`);
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: 503, details: expect.stringContaining('too many samples') });
  });

  it('is not ready while Prometheus is unavailable, and reports why', async () => {
    expect((await metrics.admin('/readyz')).status).toBe(200);
    await prometheus.stop();
    const { status, body } = await metrics.admin('/readyz');
    expect(status).toBe(503);
    expect(body).toContain('prometheus: Prometheus at');
  });
});

describe('the metrics service without the keys of the API', () => {
  it('returns 503, since the token may be valid', async () => {
    const metrics = await startMetrics({ TESSERA_JWKS_URL: 'http://127.0.0.1:1/jwks.json' });
    try {
      expect(await metrics.get(`${OF_WORKLOAD}?${present('LATENCY')}`)).toMatchObject({ status: 503 });
    } finally {
      await metrics.stop();
    }
  });
});

describeWithService('prometheus', 'the metrics service with a real Prometheus', () => {
  let exporters: PageServer;
  let prometheus: TestPrometheus;
  let metrics: MetricsUnderTest;
  beforeAll(async () => {
    const began = performance.now();
    exporters = await PageServer.start({
      '/gateway': () => gatewayPage((performance.now() - began) / 1000),
      '/cluster': () => clusterPage(),
    });
    prometheus = await testPrometheus({ config: scraping(new URL(exporters.url).host) });
    metrics = await startMetrics({ TESSERA_PROMETHEUS_URL: prometheus.url });
  }, SERVICE_START_MS);
  afterAll(async () => {
    await metrics?.stop();
    await prometheus?.remove();
    await exporters?.stop();
  });

  it(
    'returns the same values as with its own scrapes',
    async () => {
      const types =
        'THROUGHPUT,LATENCY,ALLOCATED_GPU,GPU_UTILIZATION,GPU_MEMORY_USAGE_BYTES,RUNNING_POD_COUNT';
      // A scrape that is late on a busy machine leaves its series out until the next one.
      const values = await accepted(
        () => metrics.latest(OF_WORKLOAD, types),
        (read) => {
          expect(read['THROUGHPUT']).toBeGreaterThan(PER_SECOND * 0.9);
          expect(read).toMatchObject({
            'ALLOCATED_GPU 3': 0.5,
            'ALLOCATED_GPU 10': 0.5,
            GPU_UTILIZATION: 60,
            GPU_MEMORY_USAGE_BYTES: 2 * 1024 * 1024 * 1024,
            RUNNING_POD_COUNT: 2,
          });
        },
      );
      expect(values['THROUGHPUT']).toBeLessThan(PER_SECOND * 1.3);
      expect(values['LATENCY']).toBeCloseTo(LATENCY_MS, 3);
      const ofPod = await accepted(
        () => metrics.latest(OF_POD, 'GPU_UTILIZATION_PER_GPU'),
        (read) => expect(Object.keys(read)).toHaveLength(1),
      );
      expect(ofPod).toEqual({ 'GPU_UTILIZATION_PER_GPU 10': 40 });
    },
    SERVICE_START_MS,
  );
});

const scraping = (host: string): string => `
global: { scrape_interval: 100ms, scrape_timeout: 100ms }
scrape_configs:
  - { job_name: gateway, metrics_path: /gateway, static_configs: [{ targets: ['${host}'] }] }
  - { job_name: cluster, metrics_path: /cluster, honor_labels: true, static_configs: [{ targets: ['${host}'] }] }
`;
