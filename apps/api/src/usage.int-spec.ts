import { PostgresUsageStore } from '@tessera/adapter-postgres';
import { settleUsage } from '@tessera/application-usage';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { reportEvent } from './testing/cluster-events';

const HOUR_MS = 3_600_000;
const POD = '3c1f8a52-77f0-4a52-8d0e-2f6f5f3b1c77';
const START = '2026-01-01T00:00:00.000Z';
const allocation = {
  version: 1,
  node: 'a100-pool-a-1',
  nodePool: 'pool-a',
  gpuModel: 'A100',
  kind: 'portion',
  devices: [{ slot: 0, milliGpu: 500, memoryMiB: 20_000 }],
};

let t: ApiUnderTest;
let workload: Json;
beforeEach(async () => {
  t = await apiUnderTest();
  const body = {
    name: 'chat',
    projectId: '1',
    clusterId: '71f69d83-ba66-4822-adf5-55ce55efd210',
    spec: { image: 'model:1', servingPort: { container: 8000 } },
  };
  workload = (await t.call('POST', '/api/v1/workloads/inferences', { body })).body;
});
afterEach(() => t.close());

const settle = () => settleUsage(t.api.app.get(PostgresUsageStore), t.clock.now());
const usage = (query: string, headers = {}) =>
  t.call('GET', `/api/v1/tessera/usage?start=${START}&end=2026-02-01T00:00:00Z${query}`, { headers });
const hoursOf = async (query = ''): Promise<number[]> =>
  (await usage(query)).body.usage.map((row: Json) => row.allocatedGpuHours);

const pod = { replica: 0, podName: 'chat-x-0', podId: POD, allocation };
const allocated = () =>
  reportEvent(t, workload, 'gpuAllocated', 3, { ...pod, allocatedAt: '2026-01-01T00:30:00.000Z' });
const released = () =>
  reportEvent(t, workload, 'gpuReleased', 9, {
    ...pod,
    allocatedAt: '2026-01-01T00:30:00.000Z',
    releasedAt: '2026-01-01T02:15:00.000Z',
  });

describe('the usage of a replica with half a GPU', () => {
  it('is counted to the present while it runs, whether its hours are stored or not', async () => {
    await allocated();
    expect(await hoursOf()).toEqual([0]);
    t.clock.advance(HOUR_MS);
    expect(await hoursOf()).toEqual([0.25]);
    await settle();
    expect(await hoursOf()).toEqual([0.25]);
    t.clock.advance(HOUR_MS / 2);
    expect(await hoursOf()).toEqual([0.5]);
  });

  it('is split at the hours, and the same after its release arrives twice and late', async () => {
    await allocated();
    t.clock.advance(5 * HOUR_MS);
    await settle();
    expect(await hoursOf()).toEqual([2.25]);
    await released();
    await released();
    expect(await hoursOf()).toEqual([0.875]);
    await settle();
    const answer = await usage('&groupBy=project,hour');
    expect(answer.body.usage).toEqual(
      [
        ['2026-01-01T00:00:00Z', 0.25],
        ['2026-01-01T01:00:00Z', 0.5],
        ['2026-01-01T02:00:00Z', 0.125],
      ].map(([hour, allocatedGpuHours]) => ({
        groups: [
          { key: 'project', value: '1', name: 'project-1' },
          { key: 'hour', value: hour },
        ],
        allocatedGpuHours,
      })),
    );
  });

  it('is known by its release alone', async () => {
    t.clock.advance(5 * HOUR_MS);
    await released();
    expect(await hoursOf()).toEqual([0.875]);
  });

  it('is CSV on request', async () => {
    await released();
    t.clock.advance(5 * HOUR_MS);
    const { text, headers } = await usage('&groupBy=workload,nodePool,day', { accept: 'text/csv' });
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toBe(
      'workloadId,workload,nodePool,day,allocatedGpuHours\r\n' +
        `${workload.workloadId},chat,pool-a,2026-01-01T00:00:00Z,0.875\r\n`,
    );
  });
});
