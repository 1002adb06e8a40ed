import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client as Database } from 'pg';
import { gpuPortion } from '@tessera/testing-builders';
import { eventually } from '@tessera/testing-services';
import { Client, workload, type Json } from './client';
import { Platform } from './platform';

jest.setTimeout(300_000);

const LIMIT_MS = 60_000;
const HOUR_MS = 3_600_000;
const half = gpuPortion(0.5);
const FIGURES = ['allocatedGpuHours', 'cost'] as const;

let platform: Platform;
let client: Client;
let workloadId: string;
/** When the only pod of the workload was created, ms since the epoch. */
let since: number;

const settings = (): Readonly<Record<string, string>> => {
  const prices = join(platform.home, 'prices.yaml');
  writeFileSync(prices, 'currency: EUR\nperGpuHour: 4\n');
  return { TESSERA_PRICES_FILE: prices, TESSERA_IDLE_BELOW_PERCENT: '10' };
};
const usage = async (query: string): Promise<Json> => {
  const [start, end] = [Date.now() - 24 * HOUR_MS, Date.now() + HOUR_MS].map((at) =>
    new Date(at).toISOString(),
  );
  return (await client.call('GET', `/api/v1/tessera/usage?start=${start}&end=${end}&${query}`)).body;
};
const database = async (text: string): Promise<void> => {
  const connection = new Database(platform.connection.databaseUrl);
  await connection.connect();
  await connection.query(text, [workloadId]).finally(() => connection.end());
};

beforeAll(async () => {
  platform = await Platform.create();
  await platform.start(['--kafka', 'embedded'], settings());
  client = new Client(() => platform.connection);
  ({ workloadId } = await client.create(workload('counted', half)));
  await eventually(async () => {
    const { body } = await client.call('GET', `/api/v1/workloads/${workloadId}/pods`);
    since = Date.parse(body.pods[0].createdAt);
    expect(body.pods[0].k8sPhase).toBe('Running');
    expect((await usage('groupBy=workload')).usage[0].allocatedGpuHours).toBeGreaterThan(0);
  }, LIMIT_MS);
});
afterAll(() => platform?.remove());

/** What half a GPU has used and cost up to the end of the answer. */
const counted = ({ end, usage: [row] }: Json) => {
  const hours = (Date.parse(end) - since) / HOUR_MS / 2;
  const [allocated, cost] = FIGURES.map((name) => row[name]);
  // To the millisecond of the answer and the second of the pod.
  expect(Math.abs(allocated - hours)).toBeLessThan(1.1 / 3600);
  expect(cost).toBeCloseTo(allocated * 4, 4);
  return allocated;
};

describe('usage of a running platform', () => {
  it('counts the GPU-hours of half a GPU and their cost, the same after the API was killed', async () => {
    const before = counted(await usage('groupBy=workload'));
    process.kill(platform.pidOf('api'), 'SIGKILL');
    await eventually(() => expect(platform.restartsOf('api')).toBe(1), LIMIT_MS);
    await eventually(async () => {
      expect(counted(await usage('groupBy=workload'))).toBeGreaterThan(before);
    }, LIMIT_MS);
  });

  it('keeps what it counted when everything is stopped, and counts the next pod once', async () => {
    await platform.stop();
    const stopped = Date.now();
    await platform.start(['--kafka', 'embedded'], settings());
    // The simulated cluster forgets its pods, so the workload gets another one.
    await eventually(async () => {
      const { body } = await client.call('GET', `/api/v1/workloads/${workloadId}/pods`);
      const [pod, ...others] = body.pods.filter((each: Json) => Date.parse(each.createdAt) > since);
      expect([pod?.k8sPhase, others]).toEqual(['Running', []]);
    }, LIMIT_MS);
    const { end, usage: rows } = await usage('groupBy=workload');
    // Half a GPU was held until the stop at least, and never more than half.
    const [least, most] = [stopped, Date.parse(end)].map((at) => (at - since) / HOUR_MS / 2);
    expect(rows[0].allocatedGpuHours).toBeGreaterThan(least! - 1.1 / 3600);
    expect(rows[0].allocatedGpuHours).toBeLessThan(most! + 1.1 / 3600);
    expect(rows[0].cost).toBeCloseTo(rows[0].allocatedGpuHours * 4, 4);
  });

  it('has the same as CSV', async () => {
    const end = new Date(Date.now() + HOUR_MS).toISOString();
    const start = new Date(Date.now() - 24 * HOUR_MS).toISOString();
    const url = `${platform.connection.api}/api/v1/tessera/usage?start=${start}&end=${end}&groupBy=workload`;
    const headers = { authorization: `Bearer ${await client.newToken()}`, accept: 'text/csv' };
    const answer = await fetch(url, { headers });
    const [header, row, ...more] = (await answer.text())
      .trim()
      .split('\r\n')
      .map((line) => line.split(','));
    expect([header?.slice(0, 3), row?.slice(0, 2), more]).toEqual([
      ['workloadId', 'workload', 'allocatedGpuHours'],
      [workloadId, 'counted'],
      [],
    ]);
    expect(Number(row?.[2])).toBeGreaterThan(0);
  });

  it('finds the workload once it has held its half for nine days without work', async () => {
    const idle = async (): Promise<Json[]> =>
      (await client.call('GET', '/api/v1/tessera/usage/idle?minHours=24')).body.workloads;
    expect(await idle()).toEqual([]);
    // Nobody can wait for it: the pod has been there for nine days, and each hour was measured without a request.
    await database(
      `update api.usage_allocations set started_at = now() - interval '9 days 1 minute' where workload_id = $1 and ended_at is null`,
    );
    await database(
      `insert into api.usage_activity (hour, workload_id, requests, utilisation, idle)
         select hour, $1, 0, 3, true from generate_series(date_trunc('hour', now() - interval '9 days'), now(), '1 hour') as hour`,
    );
    expect(await idle()).toEqual([
      expect.objectContaining({
        workloadId,
        allocatedGpus: 0.5,
        message: 'Workload counted holds 0.5 GPU and has had no work for 9 days.',
      }),
    ]);
  });
});
