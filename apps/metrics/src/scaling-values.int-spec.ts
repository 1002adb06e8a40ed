import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ScalingValuesClient } from '@tessera/adapter-services';
import { SERVICE_START_MS } from '@tessera/dev-services';
import { describeWithService, testPrometheus, type TestPrometheus } from '@tessera/testing-services';
import { accepted, startMetrics, type MetricsUnderTest } from './testing/metrics-under-test';
import { PageServer } from './testing/page-server';

const CLUSTER = '00000000-0000-4000-8000-000000000001';
const KEY = Buffer.alloc(32, 7);
const KEYS = { TESSERA_METRICS_QUERY_KEYS: KEY.toString('base64') };
const WAITING = 'vllm:num_requests_waiting';
const CACHE = 'vllm:kv_cache_usage_perc';
const FIRST_TOKEN = 'vllm:time_to_first_token_seconds';
const METRICS = [WAITING, CACHE, FIRST_TOKEN, 'my_queue', 'nobody_has_it'];

/** What model servers expose: one pod with two models, one with one model. Half a second to each first token. */
function modelPage(seconds: number): string {
  const requests = Math.round(seconds * 20);
  const of = (pod: string, model: string) => `{namespace="n",pod="${pod}",model_name="${model}"}`;
  return [
    `${WAITING}${of('a', 'one')} 3`,
    `${WAITING}${of('a', 'two')} 4`,
    `${WAITING}${of('b', 'one')} 5`,
    `${CACHE}${of('a', 'one')} 0.2`,
    `${CACHE}${of('a', 'two')} 0.4`,
    `${FIRST_TOKEN}_sum${of('a', 'one')} ${requests * 0.5}`,
    `${FIRST_TOKEN}_count${of('a', 'one')} ${requests}`,
    `my_queue${of('b', 'one')} 7`,
    '',
  ].join('\n');
}

const clientOf = ({ url }: Pick<MetricsUnderTest, 'url'>, key = KEY) =>
  new ScalingValuesClient({ url: `${url}/`, clusterId: CLUSTER, key });

/** Values of each metric by pod, rounded. */
async function read(service: Pick<MetricsUnderTest, 'url'>): Promise<object> {
  const { metrics } = await clientOf(service).read(METRICS);
  return Object.fromEntries(
    metrics.map(({ metric, values }) => [
      metric,
      Object.fromEntries(values.map(({ pod, value }) => [pod, Math.round(value)])),
    ]),
  );
}

const VALUES = {
  [WAITING]: { a: 7, b: 5 },
  [CACHE]: { a: 30 },
  [FIRST_TOKEN]: { a: 500 },
  my_queue: { b: 7 },
  nobody_has_it: {},
};

describe('values by which workloads scale, from own scrapes', () => {
  let exporters: PageServer;
  let metrics: MetricsUnderTest;
  beforeAll(async () => {
    const began = performance.now();
    exporters = await PageServer.start({ '/models': () => modelPage((performance.now() - began) / 1000) });
    metrics = await startMetrics({ ...KEYS, TESSERA_SCRAPE_TARGETS: `${exporters.url}/models` });
  });
  afterAll(async () => {
    await metrics?.stop();
    await exporters?.stop();
  });

  it('are there soon after the first question, for series that nothing else reads', async () => {
    await accepted(
      () => read(metrics),
      (values) => expect(values).toEqual(VALUES),
    );
  });

  it('are for schedulers that sign with a key of the service alone', async () => {
    await expect(clientOf(metrics, Buffer.alloc(32, 8)).read(METRICS)).rejects.toThrow('answered 401');
    const path = `/internal/v1/clusters/${CLUSTER}/scaling-values`;
    const response = await fetch(`${metrics.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${metrics.schedulerToken}` },
      body: '{"metrics":[]}',
    });
    expect(response.status).toBe(401);
  });

  it('need a key', async () => {
    const closed = await startMetrics({});
    try {
      await expect(clientOf(closed).read(METRICS)).rejects.toThrow('answered 401');
    } finally {
      await closed.stop();
    }
  });

  it('are a reason where the service is away', async () => {
    const away = clientOf({ url: 'http://127.0.0.1:1' });
    await expect(away.read(METRICS)).rejects.toThrow('the metrics service cannot be reached');
  });
});

describe('values by which workloads scale, by configured queries', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'tessera-queries-'))));
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const fileWith = async (text: string): Promise<string> => {
    const file = join(folder, `${text.length}.yaml`);
    await writeFile(file, text);
    return file;
  };

  it('go to Prometheus as they are written', async () => {
    const forms: string[] = [];
    const prometheus = await PageServer.start({
      '/api/v1/query_range': (form) => {
        forms.push(new URLSearchParams(form).get('query') ?? '');
        const series = { metric: { namespace: 'n', pod: 'a' }, values: [[Date.now() / 1000, '12.5']] };
        return JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: [series] } });
      },
    });
    const metrics = await startMetrics({
      ...KEYS,
      TESSERA_PROMETHEUS_URL: prometheus.url,
      TESSERA_SCALING_QUERIES_FILE: await fileWith(
        "p95_ttft: { promql: 'histogram_quantile(0.95, x)' }\nshare: { gauge: busy, fold: avg, factor: 100 }\n",
      ),
    });
    try {
      const { metrics: answers } = await clientOf(metrics).read(['p95_ttft', 'share']);
      expect(answers.map(({ values }) => values)).toEqual(
        [1, 2].map(() => [{ namespace: 'n', pod: 'a', value: 12.5 }]),
      );
      expect(forms.sort()).toEqual([
        '(avg by (namespace, pod) (busy{}) * 100)',
        'histogram_quantile(0.95, x)',
      ]);
    } finally {
      await metrics.stop();
      await prometheus.stop();
    }
  });

  it('report that PromQL needs a Prometheus server', async () => {
    const metrics = await startMetrics({
      ...KEYS,
      TESSERA_SCALING_QUERIES_FILE: await fileWith('mine: { promql: x }'),
    });
    try {
      expect(await clientOf(metrics).read(['mine'])).toEqual({
        metrics: [
          {
            metric: 'mine',
            values: [],
            error: 'a query in PromQL needs a Prometheus server (TESSERA_PROMETHEUS_URL)',
          },
        ],
      });
    } finally {
      await metrics.stop();
    }
  });

  it('stop the service where they are wrong', async () => {
    const file = await fileWith('mine: { gauge: "a b" }\n');
    await expect(startMetrics({ TESSERA_SCALING_QUERIES_FILE: file })).rejects.toThrow(
      'TESSERA_SCALING_QUERIES_FILE',
    );
  });
});

describeWithService('prometheus', 'values by which workloads scale, from a real Prometheus', () => {
  let exporters: PageServer;
  let prometheus: TestPrometheus;
  let metrics: MetricsUnderTest;
  beforeAll(async () => {
    const began = performance.now();
    exporters = await PageServer.start({ '/models': () => modelPage((performance.now() - began) / 1000) });
    prometheus = await testPrometheus({ config: scraping(new URL(exporters.url).host) });
    metrics = await startMetrics({ ...KEYS, TESSERA_PROMETHEUS_URL: prometheus.url });
  }, SERVICE_START_MS);
  afterAll(async () => {
    await metrics?.stop();
    await prometheus?.remove();
    await exporters?.stop();
  });

  it(
    'are the same as with own scrapes',
    () =>
      accepted(
        () => read(metrics),
        (values) => expect(values).toEqual(VALUES),
      ).then(() => undefined),
    SERVICE_START_MS,
  );
});

const scraping = (host: string): string => `
global: { scrape_interval: 100ms, scrape_timeout: 100ms }
scrape_configs:
  - { job_name: models, metrics_path: /models, honor_labels: true, static_configs: [{ targets: ['${host}'] }] }
`;
