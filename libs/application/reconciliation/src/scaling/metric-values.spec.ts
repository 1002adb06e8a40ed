import { maybe } from '@tessera/kernel';
import { MetricValues, type ReadScalingValues } from './metric-values';

const WAITING = 'vllm:num_requests_waiting';
const pods = (...names: readonly string[]) => names.map((name) => ({ namespace: 'n', name }));
const answer = (values: Readonly<Record<string, number>>, error?: string) => ({
  metrics: [
    {
      metric: WAITING,
      values: Object.entries(values).map(([pod, value]) => ({ namespace: 'n', pod, value })),
      ...maybe('error', error),
    },
  ],
});

/** Values that are read at second 0 and then as asked for. */
async function after(...reads: readonly (() => ReturnType<ReadScalingValues>)[]) {
  let second = 0;
  const left = [...reads];
  const values = new MetricValues(() => left.shift()?.() ?? Promise.reject(new Error('nobody answers')));
  const at = (name: number) => values.of(WAITING, pods('a', 'b'), name * 1_000);
  at(0);
  const read = async (seconds: number): Promise<void> => {
    second = seconds;
    at(seconds);
    await values.refresh(() => second * 1_000).catch(() => undefined);
  };
  await read(0);
  return { values, at, read };
}

describe('values of a metric by name', () => {
  it('are the average over the replicas that have one', async () => {
    const { at, values } = await after(() => Promise.resolve(answer({ a: 4, b: 8, other: 90 })));
    expect(at(1)).toEqual({ perReplica: 6, replicas: 2 });
    expect(values.of(WAITING, pods('b', 'c'), 1_000)).toEqual({ perReplica: 8, replicas: 1 });
    expect(values.of(WAITING, [{ namespace: 'another', name: 'a' }], 1_000)).toMatchObject({
      missing: 'no series has a value for any of the 1 ready replicas',
    });
  });

  it('report why they are missing', async () => {
    const why = async (read: () => ReturnType<ReadScalingValues>) => (await after(read)).at(1);
    expect(await why(() => Promise.resolve(answer({})))).toEqual({
      missing: 'no series has a value for any of the 2 ready replicas',
    });
    expect(await why(() => Promise.resolve(answer({}, 'it is broken')))).toEqual({ missing: 'it is broken' });
    expect(await why(() => Promise.reject(new Error('nobody answers')))).toEqual({
      missing: 'nobody answers',
    });
    expect(new MetricValues(undefined).of(WAITING, pods('a'), 0)).toEqual({
      missing: 'the scheduler asks no metrics service: TESSERA_METRICS_QUERY_KEYS is not set',
    });
    expect(new MetricValues(() => Promise.resolve({ metrics: [] })).of(WAITING, pods('a'), 0)).toEqual({
      missing: 'it has not been read yet',
    });
  });

  it.each([
    ['the service does not answer', () => Promise.reject(new Error('nobody answers')), 'nobody answers'],
    ['its source does not', () => Promise.resolve(answer({}, 'it is broken')), 'it is broken'],
  ])('count for half a minute where %s', async (_, fails, missing) => {
    const { at, read } = await after(() => Promise.resolve(answer({ a: 4 })), fails, fails);
    await read(20);
    expect(at(29)).toEqual({ perReplica: 4, replicas: 1 });
    await read(30);
    expect(at(30)).toEqual({ missing });
  });

  it('are read for all workloads at once, and no longer than one asks for them', async () => {
    const read: (readonly string[])[] = [];
    const values = new MetricValues((names) => {
      read.push(names);
      return Promise.resolve({ metrics: [] });
    });
    await values.refresh(() => 0);
    for (let workload = 0; workload < 1_000; workload += 1)
      values.of(workload % 2 === 0 ? 'even' : 'odd', pods(`pod-${workload}`), 0);
    await values.refresh(() => 5_000);
    values.of('odd', pods('pod-1'), 55_000);
    await values.refresh(() => 60_000);
    expect(read).toEqual([['even', 'odd'], ['odd']]);
  });
});
