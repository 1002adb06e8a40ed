import type { SeriesRead } from '@tessera/application-measuring';
import { equal, select, type Expression } from '@tessera/domain-measurement';
import { CoalescingSource } from './coalescing-source';

const TIMES = { start: 0, end: 60_000, step: 5_000 };
const of = (workload: string): Expression => select('m', equal('workload_id', workload));
const read = (points: number): SeriesRead => ({
  series: [{ labels: {}, points: Array.from({ length: points }, (_, at) => ({ at, value: 1 })) }],
  warnings: [],
});

function shared(answer: () => Promise<SeriesRead>, maxPoints = 1_000) {
  const state = { now: 0, asked: 0 };
  const source = new CoalescingSource(
    {
      range: () => {
        state.asked += 1;
        return answer();
      },
    },
    { keepMs: 5_000, maxPoints, now: () => state.now },
  );
  return { source, state };
}

describe('a shared source', () => {
  it('asks once for what many ask at the same time, and once more when the answer is old', async () => {
    const { source, state } = shared(async () => read(3));
    const answers = await Promise.all(Array.from({ length: 50 }, () => source.range(of('a'), TIMES)));
    expect(new Set(answers).size).toBe(1);
    state.now = 4_999;
    await source.range(of('a'), TIMES);
    expect(state.asked).toBe(1);
    state.now = 5_000;
    await source.range(of('a'), TIMES);
    expect(state.asked).toBe(2);
  });

  it.each([
    ['another workload', of('b'), TIMES],
    ['other times', of('a'), { ...TIMES, end: 65_000 }],
    ['other distances', of('a'), { ...TIMES, step: 10_000 }],
  ])('asks for %s by itself', async (_name, expression, times) => {
    const { source, state } = shared(async () => read(3));
    await source.range(of('a'), TIMES);
    await source.range(expression, times);
    expect(state.asked).toBe(2);
  });

  it('gives a failure to those who wait for it, and to nobody after', async () => {
    const { source, state } = shared(() => Promise.reject(new Error('away')));
    const both = await Promise.allSettled([source.range(of('a'), TIMES), source.range(of('a'), TIMES)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(state.asked).toBe(1);
    await expect(source.range(of('a'), TIMES)).rejects.toThrow('away');
    expect(state.asked).toBe(2);
  });

  it('keeps no more values than it may, the newest answers first', async () => {
    const { source, state } = shared(async () => read(400));
    for (const workload of ['a', 'b', 'c']) await source.range(of(workload), TIMES);
    await source.range(of('c'), TIMES);
    await source.range(of('b'), TIMES);
    expect(state.asked).toBe(3);
    await source.range(of('a'), TIMES);
    expect(state.asked).toBe(4);
  });
});
