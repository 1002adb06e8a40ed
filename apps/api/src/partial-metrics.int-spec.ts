import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest } from './testing/api-under-test';
import { reportPod } from './testing/two-units';
import { smallRequest } from './testing/samples';

/** The response of the metrics service when Prometheus could answer for one type of two. */
const PARTIAL = { measurements: [{ type: 'THROUGHPUT', labels: {}, values: [] }] };
const RANGE = 'start=2025-01-01T00:00:00Z&end=2025-01-02T00:00:00Z';

const partial = (Object.entries(ROUTES) as [OperationId, Route][]).filter(
  ([, { answers }]) => answers[207] !== undefined,
);

let t: ApiUnderTest;
let metrics: Server;
let target: Readonly<Record<string, string>>;

beforeAll(async () => {
  metrics = createServer((_request, response) => {
    response.writeHead(207, { 'content-type': 'application/json' });
    response.end(JSON.stringify(PARTIAL));
  });
  await new Promise<void>((resolve) => metrics.listen(0, '127.0.0.1', resolve));
  const { port } = metrics.address() as AddressInfo;
  t = await apiUnderTest({ TESSERA_METRICS_URL: `http://127.0.0.1:${port}` });
  const { body } = await t.call('POST', ROUTES.create_inference1.path, { body: smallRequest('measured') });
  target = { workloadId: body.workloadId, podId: await reportPod(t, body, 'measured') };
});
afterAll(async () => {
  await t.close();
  metrics.close();
});

describe('measurements of which some could not be read', () => {
  it('are documented for the routes that measure', () => {
    expect(partial.map(([operation]) => operation).sort()).toEqual([
      'get_inference_workload_metrics',
      'get_inference_workload_pod_metrics',
      'get_workload_metrics',
      'get_workload_pod_metrics',
    ]);
  });

  it.each(partial)(
    '%s returns 207 with the others, as JSON even where CSV was requested',
    async (_operation, route) => {
      const path = route.path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => target[name] ?? name);
      const metricType = path.includes('inferences') ? 'THROUGHPUT' : 'CPU_USAGE_CORES';
      for (const accept of ['application/json', 'text/csv']) {
        const answer = await t.call('GET', `${path}?metricType=${metricType}&${RANGE}`, {
          headers: { accept },
        });
        expect([answer.status, answer.body]).toEqual([207, PARTIAL]);
        expect(route.answers[207]?.schema?.safeParse(answer.body).error).toBeUndefined();
      }
    },
  );
});
