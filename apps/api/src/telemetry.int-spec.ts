import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ROUTES } from '@tessera/contracts-rest';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { branch, roleHolders, type Branch, type Holder } from './testing/two-org-units';

jest.setTimeout(60_000);

const VIEWER = 9;
const GIB = 1024 ** 3;
const device = (index: number, allocatedMilliGpu: number, more: Json = {}) => ({
  ...{ index, model: 'A100', memoryMiB: 40_960, allocatedMilliGpu, allocatedMiB: 0, unavailable: false },
  ...more,
});
const node = (uid: string, name: string, more: Json) => ({
  ...{ name, uid, createdAt: '2025-01-01T00:00:00Z', conditions: [], taints: [], replicas: 0 },
  ...{ status: 'Ready', cpuMilli: 8_000, memoryMiB: 16_384, devices: [] },
  ...more,
});
/**
 * Node a has a shared device and a free one, b only free ones, c was lost with a free one, d has none; a device of e is
 * held by somebody else's pod.
 */
const NODES = [
  node('00000000-0000-4000-8000-00000000000a', 'a', { pool: 'p1', devices: [device(0, 500), device(1, 0)] }),
  node('00000000-0000-4000-8000-00000000000b', 'b', { pool: 'p1', devices: [device(0, 0), device(1, 0)] }),
  node('00000000-0000-4000-8000-00000000000c', 'c', { status: 'NotReady', devices: [device(0, 0)] }),
  node('00000000-0000-4000-8000-00000000000d', 'd', { cpuMilli: 2_500 }),
  node('00000000-0000-4000-8000-00000000000e', 'e', {
    pool: 'p2',
    devices: [device(0, 0, { unavailable: true }), device(1, 1000)],
  }),
];
const MEASURED: Readonly<Record<string, number>> = { a: 1.5, b: 0.25, e: 2 };

let t: ApiUnderTest;
let services: Server;
let own: Branch;
let holders: readonly Holder[];
/** What the metrics service answers, and what it was asked. */
let metricsStatus = 200;
const asked: Json[] = [];

beforeAll(async () => {
  services = createServer((request, response) => {
    const isNodes = request.url?.endsWith('/nodes') === true;
    const isHere = request.url?.includes(own.clusterId) === true;
    let body = '';
    request.on('data', (part) => (body += String(part)));
    request.on('end', () => {
      if (!isNodes) asked.push(JSON.parse(body));
      response.writeHead(isNodes ? 200 : metricsStatus, { 'content-type': 'application/json' });
      const measurements = Object.entries(MEASURED).map(([name, value]) => ({
        type: asked.at(-1)?.metricType[0],
        labels: { node: name },
        values: [{ timestamp: '2026-01-01T00:00:00.000Z', value: String(value) }],
      }));
      response.end(JSON.stringify(isNodes ? { nodes: isHere ? NODES : [] } : { measurements }));
    });
  });
  await new Promise<void>((resolve) => services.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(services.address() as AddressInfo).port}`;
  t = await apiUnderTest({ TESSERA_METRICS_URL: url, TESSERA_SCHEDULER_URL: url });
  own = await branch(t, 'own');
  holders = await roleHolders(t, own);
}, 120_000);
afterAll(async () => {
  await t.close();
  services.close();
});
afterEach(() => {
  metricsStatus = 200;
  asked.length = 0;
});

const tokenOf = (scopeType: string): string => {
  const found = holders.find((one) => one.role.id === VIEWER && one.scopeType === scopeType);
  if (found === undefined) throw new Error(`nobody views a ${scopeType}`);
  return found.token;
};
const read = async (path: string, query: string, token?: string): Promise<Json> => {
  const answer = await t.call('GET', `${path}?${query}`, token === undefined ? {} : { token });
  if (answer.status !== 200) throw new Error(`${path}?${query}: ${answer.status} ${answer.text}`);
  return answer.body;
};
const valuesOf = ({ values }: Json): Record<string, string> =>
  Object.fromEntries(
    values.map(({ value, groups }: Json) => [groups.map((group: Json) => group.value).join(' '), value]),
  );

describe('the telemetry of nodes', () => {
  const path = ROUTES.get_node_telemetry.path;
  const here = (type: string, more = ''): string => `telemetryType=${type}&clusterId=${own.clusterId}${more}`;

  it.each([
    ['TOTAL_GPU_NODES', 4],
    ['READY_GPU_NODES', 3],
    ['FULLY_FREE_GPU_NODES', 1],
    ['TOTAL_GPUS', 7],
    ['READY_GPUS', 6],
    ['FREE_GPUS', 3],
    ['ALLOCATED_GPUS', 1.5],
    ['TOTAL_CPU_CORES', 4 * 8 + 2.5],
    ['TOTAL_GPU_MEMORY_BYTES', 7 * 40 * GIB],
    ['TOTAL_CPU_MEMORY_BYTES', 5 * 16 * GIB],
    ['USED_CPU_CORES', 3.75],
    ['ALLOCATED_CPU_CORES', 3.75],
    ['USED_GPU_MEMORY_BYTES', 3.75],
    ['USED_CPU_MEMORY_BYTES', 3.75],
    ['ALLOCATED_CPU_MEMORY_BYTES', 3.75],
    ['IDLE_ALLOCATED_GPUS', 3.75],
  ])('%s adds up to %d', async (type, total) => {
    const body = await read(path, here(type));
    expect(ROUTES.get_node_telemetry.answers[200].schema.safeParse(body).error).toBeUndefined();
    expect(body).toEqual({
      type,
      timestamp: '2026-01-01T00:00:00.000Z',
      values: [{ value: String(total), groups: [] }],
    });
  });

  it('is grouped by node and pool, and limited to a pool', async () => {
    expect(valuesOf(await read(path, here('TOTAL_GPUS', '&groupBy=Nodepool')))).toEqual({
      p1: '4',
      p2: '2',
      default: '1',
    });
    const ofNodes = await read(path, here('FREE_GPUS', '&groupBy=Node,Nodepool&nodepoolName=p1'));
    expect(ofNodes.values).toEqual([
      {
        value: '2',
        groups: [
          { key: 'Node', value: NODES[1]?.uid, name: 'b' },
          { key: 'Nodepool', value: 'p1' },
        ],
      },
      {
        value: '1',
        groups: [
          { key: 'Node', value: NODES[0]?.uid, name: 'a' },
          { key: 'Nodepool', value: 'p1' },
        ],
      },
    ]);
  });

  it('asks once for a measured type of a cluster, and leaves out nodes of which nothing is known', async () => {
    const body = await read(path, here('USED_CPU_CORES', '&groupBy=Node'));
    expect(body.values.map(({ value, groups }: Json) => [groups[0].name, value])).toEqual([
      ['e', '2'],
      ['a', '1.5'],
      ['b', '0.25'],
    ]);
    expect(asked).toEqual([
      {
        scope: { kind: 'cluster', clusterId: own.clusterId },
        metricType: ['USED_CPU_CORES'],
        start: '2025-12-31T23:59:00.000Z',
        end: '2026-01-01T00:00:00.000Z',
        numberOfSamples: 1,
      },
    ]);
  });

  it('is 503 where only some of it could be read, rather than a sum of some nodes', async () => {
    metricsStatus = 207;
    const answer = await t.call('GET', `${path}?${here('USED_CPU_CORES')}`);
    expect([answer.status, answer.body.details]).toEqual([503, `USED_CPU_CORES of cluster ${own.clusterId}`]);
  });

  it('comes as CSV where that is asked for', async () => {
    const answer = await t.call('GET', `${path}?${here('TOTAL_GPUS', '&groupBy=Nodepool')}`, {
      headers: { accept: 'text/csv' },
    });
    expect(answer.text.trim().split('\r\n')).toEqual(['Nodepool,TOTAL_GPUS', 'p1,4', 'p2,2', 'default,1']);
  });

  it('shows the nodes of a cluster to who may read all of them, and to others none', async () => {
    const seen = async (scope: string): Promise<string> =>
      (await read(path, here('TOTAL_GPUS'), tokenOf(scope))).values[0].value;
    expect([
      await seen('tenant'),
      await seen('cluster'),
      await seen('department'),
      await seen('project'),
    ]).toEqual(['7', '7', '0', '0']);
    expect(await read(path, 'telemetryType=TOTAL_GPUS&groupBy=Node', tokenOf('project'))).toMatchObject({
      values: [],
    });
  });

  it('refuses types and groups that it does not have', async () => {
    const answer = await t.call(
      'GET',
      `${path}?telemetryType=WORKLOADS_COUNT&groupBy=Node,Nodepool,ClusterId`,
    );
    expect(answer.status).toBe(400);
    expect(answer.body.details).toMatch(/groupBy.*telemetryType/s);
  });
});

describe('the telemetry of projects and departments', () => {
  const projects = ROUTES.get_projects_telemetry.path;
  const departments = ROUTES.get_departments_telemetry.path;
  beforeAll(async () => {
    const resources = [{ gpu: { deserved: 3 }, cpu: { deserved: 4000 } }];
    for (const [kind, id] of [
      ['departments', own.departmentId],
      ['projects', own.projectId],
    ] as const) {
      const answer = await t.call('PUT', `/api/v1/org-unit/${kind}/${id}`, { body: { resources } });
      if (answer.status !== 200) throw new Error(answer.text);
    }
  });

  it('has quotas, and what placed pods hold', async () => {
    const one = `departmentId=${own.departmentId}`;
    const totals: Json = {};
    for (const type of ['GPU_QUOTA', 'CPU_QUOTA', 'GPU_ALLOCATION', 'GPU_ALLOCATION_NON_PREEMPTIBLE'])
      totals[type] = [
        valuesOf(await read(projects, `telemetryType=${type}&${one}`))[''],
        valuesOf(await read(departments, `telemetryType=${type}&${one}`))[''],
      ];
    expect(totals).toEqual({
      GPU_QUOTA: ['3', '3'],
      CPU_QUOTA: ['4000', '4000'],
      GPU_ALLOCATION: ['1', '1'],
      GPU_ALLOCATION_NON_PREEMPTIBLE: ['1', '1'],
    });
  });

  it('is limited to a pool, by its id for projects and by its name for departments', async () => {
    const { body: pools } = await t.call('GET', `/v1/k8s/clusters/${own.clusterId}/node-pools`);
    const byName = (name: string): string => String(pools.find((one: Json) => one.name === name).id);
    const of = async (path: string, pool: string): Promise<string | undefined> =>
      valuesOf(await read(path, `telemetryType=GPU_QUOTA&clusterId=${own.clusterId}&${pool}`))[''];
    expect([
      await of(projects, `nodepoolId=${byName('default')}`),
      await of(projects, `nodepoolId=${byName('own-pool')}`),
      await of(departments, 'nodepoolName=default'),
      await of(departments, 'nodepoolName=own-pool'),
      await of(departments, 'nodepoolName=nothing'),
    ]).toEqual(['3', '0', '3', '0', '0']);
  });

  it.each(['', '0', 'nothing'])('is of nothing for a department that does not exist: %j', async (id) => {
    for (const path of [projects, departments])
      expect(valuesOf(await read(path, `telemetryType=GPU_QUOTA&departmentId=${id}`))).toEqual({ '': '0' });
  });

  it('shows a project to who sees it, and a department to who may read it as a whole', async () => {
    const seen = async (path: string, by: string, scope: string): Promise<readonly string[]> =>
      Object.keys(
        valuesOf(await read(path, `telemetryType=GPU_ALLOCATION&groupBy=${by}`, tokenOf(scope))),
      ).sort();
    expect(await seen(projects, 'ProjectId', 'project')).toEqual([own.projectId]);
    expect(await seen(projects, 'ProjectId', 'department')).toEqual([own.projectId]);
    expect((await seen(projects, 'ProjectId', 'tenant')).length).toBeGreaterThan(1);
    expect(await seen(departments, 'DepartmentId', 'project')).toEqual([]);
    expect(await seen(departments, 'DepartmentId', 'department')).toEqual([own.departmentId]);
    expect((await seen(departments, 'DepartmentId', 'tenant')).length).toBeGreaterThan(1);
  });
});

describe('the distribution of pending times', () => {
  const distribution = async (query = ''): Promise<Json> =>
    (await read(ROUTES.get_workloads_telemetry.path, `telemetryType=PENDING_TIME_DISTRIBUTION${query}`))
      .values;
  /** A workload of the other project that has been Pending for so many seconds. */
  const pending = (name: string, seconds: number): Promise<unknown> =>
    t.dataSource.query(
      `with made as (insert into api.workloads select (json_populate_record(w,
          json_build_object('id', gen_random_uuid(), 'name', $1::text, 'phase', 'Pending', 'phase_updated_at', $2::timestamptz))).*
        from api.workloads w limit 1 returning id) select id from made`,
      [name, new Date(t.clock.now() - seconds * 1000)],
    );

  it('counts pending workloads by how long they have been, and has every range', async () => {
    expect(await distribution()).toEqual(
      ['0-60', '60-300', '300-3600', '3600-86400', '86400-'].map((value) => ({
        value: '0',
        groups: [{ key: 'PendingSeconds', value }],
      })),
    );
    for (const [name, seconds] of [
      ['just', 0],
      ['nearly', 59.9],
      ['minute', 60],
      ['hour', 3599],
      ['week', 7 * 86_400],
    ] as const)
      await pending(name, seconds);
    expect((await distribution()).map(({ value }: Json) => value)).toEqual(['2', '1', '1', '0', '1']);
    expect((await distribution('&groupBy=ProjectId')).map(({ groups }: Json) => groups[0].value)).toEqual(
      Array.from({ length: 5 }, () => own.projectId),
    );
  });

  it('has room for one group beside its own', async () => {
    const answer = await t.call(
      'GET',
      `${ROUTES.get_workloads_telemetry.path}?telemetryType=PENDING_TIME_DISTRIBUTION&groupBy=Phase,Type`,
    );
    expect([answer.status, answer.body.details]).toEqual([
      400,
      'groupBy: PENDING_TIME_DISTRIBUTION can be grouped by at most one further field',
    ]);
  });
});
