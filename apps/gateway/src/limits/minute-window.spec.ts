import fc from 'fast-check';
import { MinuteWindow } from './minute-window';

describe('the window of a minute', () => {
  it('counts an amount for 60 to 61 s', () => {
    const window = new MinuteWindow();
    window.add(5, 1_999);
    expect([1_999, 60_999, 61_999, 62_000].map((now) => window.used(now))).toEqual([5, 5, 5, 0]);
  });

  it('has the time until there is room', () => {
    const window = new MinuteWindow();
    window.add(3, 500);
    window.add(4, 10_500);
    expect([7, 4, 3, 0].map((most) => window.waitFor(most, 20_000))).toEqual([0, 41_000, 51_000, 51_000]);
  });

  it('has the time until it is empty', () => {
    const window = new MinuteWindow();
    expect(window.emptyIn(20_000)).toBe(0);
    window.add(3, 500);
    window.add(4, 10_500);
    expect([window.emptyIn(20_000), window.waitFor(0, 20_000)]).toEqual([51_000, 51_000]);
    expect(window.emptyIn(71_000)).toBe(0);
  });

  it('corrects an amount where it was added, as long as that counts', () => {
    const window = new MinuteWindow();
    window.add(10, 1_000);
    window.add(-8, 30_000, 1_000);
    expect(window.used(30_000)).toBe(2);
    window.add(50, 30_000, 1_000);
    expect([window.used(61_999), window.used(62_000)]).toEqual([52, 0]);
    window.add(-5, 70_000, 1_000);
    expect(window.used(70_000)).toBe(0);
  });

  it('has what was added lately', () => {
    const window = new MinuteWindow();
    for (const at of [1_000, 5_000, 9_000]) window.add(1, at);
    expect([window.recent(5, 9_500), window.recent(1, 9_500), window.recent(1, 10_500)]).toEqual([2, 1, 0]);
  });

  it('never lets more than the limit into any 60 s, and always the whole of it after a quiet minute', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.integer({ min: 0, max: 9_000 }), { maxLength: 200 }),
      (limit, gaps) => {
        const window = new MinuteWindow();
        const passed: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (window.used(now) + 1 > limit) continue;
          window.add(1, now);
          passed.push(now);
        }
        for (const from of passed)
          expect(passed.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(limit);
        expect(window.used(now + 61_000)).toBe(0);
        expect(window.used(now + 61_000 - window.waitFor(0, now + 61_000))).toBe(0);
      },
    );
    fc.assert(property, { seed: 20_261_130, numRuns: 200 });
  });
});
