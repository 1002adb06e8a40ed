import { Pace } from './pace';

describe('the pace of reading again', () => {
  it('is ten times as slow as reading', () => {
    const pace = new Pace();
    pace.starts('nodes', 1_000);
    pace.ends('nodes', 1_200);
    expect([3_199, 3_200].map((now) => pace.isDue('nodes', now))).toEqual([false, true]);
  });

  it('does not hold up what was never read, what others read, and what was forgotten', () => {
    const pace = new Pace();
    pace.starts('nodes', 0);
    pace.ends('nodes', 1_000);
    expect(pace.isDue('workloads', 1_001)).toBe(true);
    pace.forgets('nodes');
    expect(pace.isDue('nodes', 1_001)).toBe(true);
  });

  it('is that of the last time', () => {
    const pace = new Pace();
    for (const [from, to] of [
      [0, 1_000],
      [20_000, 20_010],
    ] as const) {
      pace.starts('nodes', from);
      pace.ends('nodes', to);
    }
    expect(pace.isDue('nodes', 20_110)).toBe(true);
  });
});
