import { BatchExecutor } from './batch-executor';

/** Runs groups one after the other when the specification lets them. */
function setUp({ bad = '', away = false, atOnce = 1, most = 3 } = {}) {
  const groups: string[][] = [];
  const ends: (() => void)[] = [];
  const batchExecutor = new BatchExecutor<string, string>({
    run: async (jobs) => {
      groups.push([...jobs]);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (away) throw new Error('the database is away');
      if (jobs.includes(bad)) throw new Error(`${bad} cannot be done`);
      return jobs.map((job) => job.toUpperCase());
    },
    isUnavailable: () => away,
    atOnce,
    most,
  });
  const finish = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      ends.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { batchExecutor, groups, finish };
}

describe('batched calls', () => {
  it('run at once when nothing is in flight, otherwise together and in order', async () => {
    const { batchExecutor, groups, finish } = setUp();
    const all = Promise.all(['a', 'b', 'c', 'd', 'e'].map((job) => batchExecutor.add(job)));
    expect(groups).toEqual([['a']]);
    await finish();
    expect(groups).toEqual([['a'], ['b', 'c', 'd'], ['e']]);
    expect(await all).toEqual(['A', 'B', 'C', 'D', 'E']);
  });

  it('succeed although one of them fails', async () => {
    const { batchExecutor, groups, finish } = setUp({ bad: 'c' });
    const all = Promise.allSettled(['a', 'b', 'c', 'd'].map((job) => batchExecutor.add(job)));
    await finish();
    expect((await all).map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
    ]);
    expect(groups).toEqual([['a'], ['b', 'c', 'd'], ['b'], ['c'], ['d']]);
  });

  it('all fail without single retries when the environment fails', async () => {
    const { batchExecutor, groups, finish } = setUp({ away: true });
    const all = Promise.allSettled(['a', 'b', 'c'].map((job) => batchExecutor.add(job)));
    await finish();
    expect((await all).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(groups).toEqual([['a'], ['b', 'c']]);
  });
});
