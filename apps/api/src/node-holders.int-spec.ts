import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { accessRule, branch, type Branch } from './testing/two-org-units';

jest.setTimeout(60_000);

const VIEWER = 9;
const SINCE = '2025-01-01T00:00:00Z';
const MIG = { profile: '3g.20gb', start: 4, size: 4 };

let t: ApiUnderTest;
let services: Server;
/** What the metrics service answers. */
let metricsStatus = 200;
let own: Branch;
let foreign: Branch;
/** Tokens of viewers, by where they may look. */
const viewers: Record<string, string> = {};
/** Queries that the scheduler was asked. */
const asked: string[] = [];

const holder = (workloadId: string, pod: string, more: Json = {}) => ({
  ...{ workloadId, namespace: 'ours', pod, replica: 0, milliGpu: 500, memoryMiB: 20_480, since: SINCE },
  ...more,
});
const device = (index: number, more: Json) => ({
  ...{ index, model: 'A100', memoryMiB: 40_960, allocatedMilliGpu: 0, allocatedMiB: 0, unavailable: false },
  ...more,
});
const nodeOf = (devices: Json[]) => ({
  ...{ name: 'a', uid: '00000000-0000-4000-8000-00000000000a', createdAt: SINCE, conditions: [] },
  ...{ status: 'Ready', taints: [], cpuMilli: 1, memoryMiB: 1, replicas: 0, devices },
});

const measured = (labels: Json, value: string) => ({
  ...{ type: 'GPU_UTILIZATION_PER_POD', labels },
  values: [{ timestamp: SINCE, value }],
});
const measurements = [
  measured({ node: 'a', UUID: 'GPU-0' }, '40'),
  measured({ node: 'b', UUID: 'GPU-1' }, '50'),
  measured({ namespace: 'ours', pod: 'own-1' }, '70'),
  measured({ namespace: 'others', pod: 'own-2' }, '80'),
];

/** A device that both projects share, one with a MIG instance, and one of a pod whose id is nobody's. */
const devices = (): Json[] => [
  device(0, {
    uuid: 'GPU-0',
    holders: [holder(own.workloadId, 'own-0'), holder(foreign.workloadId, 'foreign-0')],
    reservation: { pod: 'reserve-1', phase: 'Running', since: SINCE },
  }),
  device(1, {
    uuid: 'GPU-1',
    mig: [{ ...MIG, used: true }],
    migSlices: 8,
    holders: [holder(own.workloadId, 'own-1', { replica: 1, mig: MIG })],
  }),
  device(2, { memoryMiB: 0, holders: [holder("nobody's", 'forged', { memoryMiB: 0 })] }),
];

beforeAll(async () => {
  services = createServer((request, response) => {
    const { pathname, search } = new URL(request.url ?? '', 'http://services');
    const isNodes = pathname.endsWith('/nodes');
    if (isNodes) asked.push(search);
    response.writeHead(isNodes ? 200 : metricsStatus, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isNodes ? { nodes: [nodeOf(devices())], next: 1 } : { measurements }));
  });
  await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(services.address() as AddressInfo).port}`;
  t = await apiUnderTest({ TESSERA_SCHEDULER_URL: url, TESSERA_METRICS_URL: url });
  own = await branch(t, 'own');
  foreign = await branch(t, 'foreign');
  for (const [scopeType, scopeId] of [
    ['project', own.projectId],
    ['department', own.departmentId],
    ['cluster', own.clusterId],
  ] as const) {
    const name = `viewer-${scopeType}`;
    const { body: app } = await t.call('POST', '/api/v1/apps', { body: { name } });
    await accessRule(t, { id: app.id, kind: 'app' }, VIEWER, scopeType, scopeId);
    const { tenantId } = (await t.call('GET', '/api/v1/clusters')).body[0];
    const subject = { id: app.id, kind: 'app', name, tenantId: Number(tenantId), clientId: name } as const;
    viewers[scopeType] = await t.api.issuer.issue({ ...subject, secretVersion: 1 });
  }
}, 120_000);
afterAll(async () => {
  await t.close();
  services.close();
});
afterEach(() => {
  asked.length = 0;
  metricsStatus = 200;
});

async function read(query: string, token?: string): Promise<Json> {
  const path = ROUTES.get_nodes_of_cluster.path.replace('{clusterId}', own.clusterId);
  const { status, body, text } = await t.call('GET', `${path}${query}`, token === undefined ? {} : { token });
  if (status !== 200) throw new Error(`${status} ${text}`);
  expect(ROUTES.get_nodes_of_cluster.answers[200].schema.safeParse(body).error).toBeUndefined();
  return body;
}
const ownWorkload = () => ({
  ...{ id: own.workloadId, name: 'own-workload' },
  ...{ projectId: own.projectId, projectName: 'own-project' },
});

describe('whose the shares of GPUs are', () => {
  it('is reported with the place of each share', async () => {
    const { nodes, next } = await read('?holders=true&limit=1');
    expect(next).toBe(1);
    const [shared, partitioned, unknown] = nodes[0].gpus;
    expect(shared).toMatchObject({
      reservation: { pod: 'reserve-1', phase: 'Running', since: SINCE },
      holders: [
        {
          ...{ workload: ownWorkload(), pod: 'own-0', replica: 0 },
          ...{ milliGpu: 500, memoryMiB: 20_480, since: SINCE },
        },
        { pod: 'foreign-0', workload: { name: 'foreign-workload', projectName: 'foreign-project' } },
      ],
    });
    expect(partitioned).toMatchObject({ migSlices: 8, mig: [MIG], holders: [{ replica: 1, mig: MIG }] });
    expect(unknown.holders).toEqual([{ milliGpu: 500, memoryMiB: null }]);
  });

  it.each(['project', 'department', 'cluster'])(
    'hides workloads beyond the %s of the reader: their shares have a size alone',
    async (scopeType) => {
      const { nodes } = await read('?holders=true', viewers[scopeType]);
      expect(nodes[0].gpus[0].holders).toEqual([
        expect.objectContaining({ pod: 'own-0', workload: ownWorkload() }),
        { milliGpu: 500, memoryMiB: 20_480 },
      ]);
      expect(JSON.stringify(nodes)).not.toContain('foreign');
    },
  );

  it.each([
    ['', '?offset=0'],
    ['?limit=3&offset=6', '?offset=6&limit=3'],
    ['?holders=true', '?offset=0&holders=true'],
  ])('%p asks the scheduler for %p', async (query, wanted) => {
    await read(query);
    expect(asked).toEqual([wanted]);
  });

  it('is reported with the utilisation where that is measured, of the whole device where it is shared', async () => {
    const { nodes } = await read('?holders=true&utilisation=true', viewers['project']);
    expect(nodes[0].gpus.map(({ holders: all }: Json) => all.map((one: Json) => one.utilisation))).toEqual([
      [40, undefined],
      [70],
      [undefined],
    ]);
  });

  it('is reported without it where the metrics service does not know it', async () => {
    metricsStatus = 503;
    const { nodes } = await read('?holders=true&utilisation=true');
    expect(nodes[0].gpus[0].holders[0].pod).toBe('own-0');
    expect(JSON.stringify(nodes)).not.toContain('utilisation');
  });

  it.each(['?limit=0', '?limit=501', '?limit=x', '?offset=-1', '?holders=perhaps'])(
    'refuses %p',
    async (query) => {
      const path = ROUTES.get_nodes_of_cluster.path.replace('{clusterId}', own.clusterId);
      expect((await t.call('GET', `${path}${query}`)).status).toBe(400);
    },
  );
});
