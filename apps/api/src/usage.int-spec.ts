import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PostgresActivityStore, PostgresUsageStore } from '@tessera/adapter-postgres';
import { measureActivity, settleUsage, usageRecord, type MeasureActivity } from '@tessera/application-usage';
import { maybe } from '@tessera/kernel';
import { gpuAllocation } from '@tessera/testing-builders';
import { apiUnderTest, type ApiUnderTest, type Json } from './testing/api-under-test';
import { reportEvent } from './testing/cluster-events';

const HOUR_MS = 3_600_000;
const POD = '3c1f8a52-77f0-4a52-8d0e-2f6f5f3b1c77';
const START = '2026-01-01T00:00:00.000Z';
const allocation = gpuAllocation({ node: 'a100-pool-a-1', nodePool: 'pool-a', gpuModel: 'A100' });

const PRICES = join(tmpdir(), `tessera-prices-${process.pid}.yaml`);
writeFileSync(
  PRICES,
  'currency: EUR\nperGpuHour: 1\ngpus: [{ gpuType: A100, perGpuHour: 2 }]\n' +
    'per1kTokens: { input: 0.5, cached: 0.1, output: 1.5 }\n',
);

let t: ApiUnderTest;
let workload: Json;
beforeEach(async () => {
  t = await apiUnderTest({ TESSERA_PRICES_FILE: PRICES });
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
      ].map(([hour, allocatedGpuHours]) =>
        expect.objectContaining({
          groups: [
            { key: 'project', value: '1', name: 'project-1' },
            { key: 'hour', value: hour },
          ],
          allocatedGpuHours,
        }),
      ),
    );
  });

  it('is known by its release alone', async () => {
    t.clock.advance(5 * HOUR_MS);
    await released();
    expect(await hoursOf()).toEqual([0.875]);
  });

  it('is CSV on request, without a column that a spreadsheet would compute', async () => {
    await released();
    t.clock.advance(5 * HOUR_MS);
    const { text, headers } = await usage('&groupBy=workload,nodePool,day', { accept: 'text/csv' });
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(text).toBe(
      'workloadId,workload,nodePool,day,allocatedGpuHours,measuredGpuHours,usedGpuHours,idleGpuHours,requests,inputTokens,cachedTokens,outputTokens,cost,currency\r\n' +
        `${workload.workloadId},chat,pool-a,2026-01-01T00:00:00Z,0.875,0,,,0,0,0,0,1.75,EUR\r\n`,
    );
  });

  it('is filtered and read page by page', async () => {
    await released();
    t.clock.advance(5 * HOUR_MS);
    expect(await hoursOf('&groupBy=hour&nodePool=pool-b')).toEqual([]);
    expect(await hoursOf('&groupBy=hour&projectId=1&departmentId=2&nodePool=pool-a')).toEqual([
      0.25, 0.5, 0.125,
    ]);
    expect(await hoursOf(`&workloadId=${POD}`)).toEqual([0]);
    const first = (await usage('&groupBy=hour&limit=2')).body;
    expect([first.usage.length, first.next]).toEqual([2, 2]);
    const last = (await usage('&groupBy=hour&limit=2&offset=2')).body;
    expect([last.usage.length, last.next]).toEqual([1, undefined]);
  });

  it.each([
    ['&groupBy=colour', 'groupBy'],
    ['&groupBy=day,hour,workload,project,key', 'groupBy'],
    ['&start=2026-03-01', 'start'],
    ['&colour=red', 'colour'],
  ])('is refused where the query is wrong: %s', async (query, field) => {
    const { status, text } = await usage(query);
    expect([status, text]).toEqual([400, expect.stringContaining(field)]);
  });
});

/** Reports of a gateway, as they lie in the log. */
const served = (sequence: number, minute: string, keyId?: string) =>
  usageRecord('tessera', {
    source: '/tessera/gateway/test',
    workloadName: 'chat',
    time: minute,
    sequence,
    workloadId: workload.workloadId,
    clusterId: workload.clusterId,
    projectId: '1',
    minute,
    ...maybe('keyId', keyId),
    requests: 3,
    inputTokens: 10_000,
    cachedTokens: 4_000,
    outputTokens: 2_000,
  });

describe('requests and tokens that gateways report', () => {
  it('count once, by key and hour, with their price', async () => {
    const reports = [
      served(0, '2026-01-01T00:59:00.000Z', 'key-a'),
      served(1, '2026-01-01T01:00:00.000Z', 'key-a'),
      served(2, '2026-01-01T01:01:00.000Z'),
    ];
    await t.log.publish([...reports, reports[1], reports[0]] as typeof reports);
    await t.log.publish(reports);
    await t.settle();
    const { body } = await usage('&groupBy=key,hour');
    const rows = body.usage.map(({ groups, requests, inputTokens, cost }: Json) => [
      groups[0].value,
      groups[1].value,
      ...[requests, inputTokens, cost],
    ]);
    // (10,000 - 4,000) x 0.5 + 4,000 x 0.1 + 2,000 x 1.5 for a thousand tokens
    expect(rows).toEqual([
      [undefined, '2026-01-01T01:00:00Z', 3, 10_000, 6.4],
      ['key-a', '2026-01-01T00:00:00Z', 3, 10_000, 6.4],
      ['key-a', '2026-01-01T01:00:00Z', 3, 10_000, 6.4],
    ]);
  });
});

describe('a workload that holds half a GPU', () => {
  const activity = () => t.api.app.get(PostgresActivityStore);
  const measured = (measure: MeasureActivity) =>
    measureActivity(activity(), measure, {
      now: t.clock.now(),
      idleBelowPercent: 5,
      signal: new AbortController().signal,
    });
  const idle = async (query = '?minHours=3') =>
    (await t.call('GET', `/api/v1/tessera/usage/idle${query}`)).body.workloads;

  it('and was measured has used, idle and unknown hours', async () => {
    await allocated();
    t.clock.advance(4 * HOUR_MS);
    await settle();
    const hours: Record<number, object> = {
      0: { utilisation: 80, requests: 7 },
      1: { utilisation: 2, requests: 0 },
    };
    await measured(async ({ hour }) => hours[(hour - Date.parse(START)) / HOUR_MS] ?? {});
    const { usage: rows } = (await usage('')).body;
    // Half an hour and then three hours of half a GPU: 0.25 at 80 %, 0.5 at 2 %, 1 unknown.
    expect(rows[0]).toMatchObject({
      allocatedGpuHours: 1.75,
      measuredGpuHours: 0.75,
      usedGpuHours: 0.21,
      idleGpuHours: 0.5,
      cost: 3.5,
    });
  });

  it('is found once it has had no work for long enough, with what that cost', async () => {
    await allocated();
    t.clock.advance(3 * HOUR_MS);
    await settle();
    await measured(async ({ hour }) => ({ requests: hour === Date.parse(START) ? 5 : 0 }));
    expect(await idle()).toEqual([]);
    t.clock.advance(2.5 * HOUR_MS);
    expect(await idle()).toEqual([
      expect.objectContaining({
        workloadId: workload.workloadId,
        allocatedGpus: 0.5,
        idleSince: '2026-01-01T01:00:00.000Z',
        idleGpuHours: 2.25,
        cost: 4.5,
        message: 'Workload chat holds 0.5 GPU and has had no work for 4 hours.',
      }),
    ]);
    await t.log.publish([served(0, '2026-01-01T04:10:00.000Z')]);
    await t.settle();
    expect(await idle()).toEqual([]);
  });

  it('stays idle through a rollout, and starts again after a longer interruption', async () => {
    await allocated();
    await released();
    const next = async (podId: string, sequence: number, allocatedAt: string) =>
      reportEvent(t, workload, 'gpuAllocated', sequence, { ...pod, podId, podName: podId, allocatedAt });
    // Ten minutes after the end of the first pod.
    await next('3c1f8a52-77f0-4a52-8d0e-2f6f5f3b1c78', 10, '2026-01-01T02:25:00.000Z');
    t.clock.advance(8 * HOUR_MS);
    await settle();
    await measured(async () => ({ requests: 0 }));
    expect((await idle()).map(({ idleSince }: Json) => idleSince)).toEqual(['2026-01-01T00:30:00.000Z']);
    await reportEvent(t, workload, 'gpuReleased', 11, {
      ...{ ...pod, podId: '3c1f8a52-77f0-4a52-8d0e-2f6f5f3b1c78', podName: 'second' },
      ...{ allocatedAt: '2026-01-01T02:25:00.000Z', releasedAt: '2026-01-01T03:00:00.000Z' },
    });
    await next('3c1f8a52-77f0-4a52-8d0e-2f6f5f3b1c79', 12, '2026-01-01T04:00:01.000Z');
    expect((await idle()).map(({ idleSince }: Json) => idleSince)).toEqual(['2026-01-01T04:00:01.000Z']);
  });

  it('is not called idle where nothing was measured', async () => {
    await allocated();
    t.clock.advance(30 * HOUR_MS);
    await settle();
    await measured(async () => ({}));
    expect(await idle()).toEqual([]);
  });
});
