import { mostOfMinute, openAtOnce, type Passed } from './offered';

const passed = (at: number, endedAt: number, tokens = 1): Passed => ({ at, endedAt, tokens });

describe('what passed of a load', () => {
  it('within any minute is the largest sum of those that begin in one', () => {
    const all = [
      passed(0, 1, 5),
      passed(30_000, 1, 5),
      passed(59_999, 1, 1),
      passed(60_000, 1, 4),
      passed(90_000, 1, 2),
    ];
    expect(mostOfMinute(all, ({ tokens }) => tokens)).toBe(11);
    expect(mostOfMinute(all, () => 1)).toBe(3);
  });

  it('was open at once from a moment on', () => {
    const all = [passed(0, 100), passed(0, 50), passed(40, 100), passed(90, 95), passed(100, 101)];
    // 40 to 50: three; 50 to 90: two; 90 to 95: three; 95 to 100: two.
    expect(openAtOnce(all, 40)).toEqual({ most: 3, mean: (30 + 80 + 15 + 10) / 60 });
  });
});
