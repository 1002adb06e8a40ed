import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES, type OperationId, type Route } from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest } from './testing/api-under-test';
import { reportPod } from './testing/two-org-units';
import { smallRequest } from './testing/samples';

/** The response of the metrics service when Prometheus could answer for one type of two. */
const PARTIAL = {
  measurements: [{ type: 'THROUGHPUT', labels: {}, values: [] }],
  histogram: [
    {
      type: 'NIM_TIME_TO_FIRST_TOKEN_SECONDS',
      values: [{ timestamp: '2025-01-01T00:00:00.000Z', data: { '0.1': '2', '+Inf': '10' } }],
    },
  ],
};
const RANGE = 'start=2025-01-01T00:00:00Z&end=2025-01-02T00:00:00Z';

const NODE = {
  ...{ name: 'node-a', uid: '5f1c7c5e-3a0f-4f3c-9e59-0a3a1c1b2d3e', createdAt: '2025-01-01T00:00:00Z' },
  ...{ conditions: [], status: 'Ready', taints: [], cpuMilli: 1, memoryMiB: 1, replicas: 0, devices: [] },
};

/** A type that the scope of the path has. */
const typeOf = (path: string): string => {
  if (path.includes('/inferences/')) return 'THROUGHPUT';
  if (path.includes('/clusters/')) return 'GPU_UTILIZATION';
  return path.includes('/org-unit/') ? 'GPU_QUOTA' : 'CPU_USAGE_CORES';
};

const partial = (Object.entries(ROUTES) as [OperationId, Route][]).filter(
  ([, { answers }]) => answers[207] !== undefined,
);

let t: ApiUnderTest;
let metrics: Server;
let target: Readonly<Record<string, string>>;

beforeAll(async () => {
  metrics = createServer((request, response) => {
    if (request.url?.endsWith('/nodes') === true) {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ nodes: [NODE] }));
      return;
    }
    response.writeHead(207, { 'content-type': 'application/json' });
    response.end(JSON.stringify(PARTIAL));
  });
  await new Promise<void>((resolve) => metrics.listen(0, '127.0.0.1', resolve));
  const { port } = metrics.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  t = await apiUnderTest({ TESSERA_METRICS_URL: url, TESSERA_SCHEDULER_URL: url });
  const { body } = await t.call('POST', ROUTES.create_inference1.path, { body: smallRequest('measured') });
  const { workloadId, clusterId, projectId } = body;
  const project = await t.call('GET', `/api/v1/org-unit/projects/${projectId}`);
  target = {
    ...{ workloadId, clusterId, projectId, departmentId: project.body.departmentId },
    ...{ podId: await reportPod(t, body, 'measured'), nodepoolName: 'default', nodeId: NODE.uid },
  };
});
afterAll(async () => {
  await t.close();
  metrics.close();
});

describe('measurements of which some could not be read', () => {
  it('are documented for the routes that measure', () => {
    expect(partial.map(([operation]) => operation).sort()).toEqual([
      'get_cluster_metrics',
      'get_department_metrics',
      'get_inference_workload_metrics',
      'get_inference_workload_pod_metrics',
      'get_node_metrics',
      'get_nodepool_metrics',
      'get_project_metrics',
      'get_workload_metrics',
      'get_workload_pod_metrics',
    ]);
  });

  it.each(partial)(
    '%s returns 207 with the others, as JSON even where CSV was requested',
    async (_operation, route) => {
      const path = route.path.replaceAll(/\{([^}]+)\}/g, (_all, name: string) => target[name] ?? name);
      const metricType = typeOf(path);
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
