import fc from 'fast-check';
import { counterRate, type Sample } from './counter-rate';

const every = (distance: number, from: number, ...values: number[]): Sample[] =>
  values.map((value, index) => ({ at: from + index * distance, value }));

describe('the rate of a counter', () => {
  const cases = {
    'steady growth is its slope': [every(1000, 0, 0, 5, 10, 15, 20), 0, 4000, 5],
    'a counter that stands still is 0': [every(1000, 0, 7, 7, 7), 0, 2000, 0],
    'a reset counts from 0 again': [every(1000, 0, 10, 20, 5, 15), 0, 3000, 25 / 3],
    'half a distance is added where no sample is due': [every(1000, 4000, 100, 110, 120), 0, 10_000, 3],
    'never past the moment the counter was 0': [every(1000, 4000, 1, 11, 21), 0, 10_000, 2.6],
    'by half a distance though the counter was 0 before that': [every(1000, 4000, 8, 18, 28), 0, 10_000, 3],
    'the edge is reached when a sample is due there': [every(1000, 500, 100, 110, 120), 0, 3000, 10],
  } as const;

  it.each(Object.entries(cases))('%s', (_name, [samples, start, end, want]) => {
    expect(counterRate(samples, start, end)).toBeCloseTo(want, 9);
  });

  it('needs two samples', () => {
    expect(counterRate([], 0, 1000)).toBeUndefined();
    expect(counterRate(every(1, 500, 3), 0, 1000)).toBeUndefined();
  });

  const increments = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 2, maxLength: 40 });
  const total = (all: readonly number[]): number[] => {
    let sum = 0;
    return all.map((increment) => (sum += increment));
  };

  it('is never negative, and scales with the counter', () => {
    fc.assert(
      fc.property(increments, fc.integer({ min: 2, max: 9 }), (all, factor) => {
        const values = total(all);
        const end = (values.length - 1) * 1000;
        const one = counterRate(every(1000, 0, ...values), 0, end) ?? NaN;
        const many = counterRate(every(1000, 0, ...values.map((value) => value * factor)), 0, end);
        expect(one).toBeGreaterThanOrEqual(0);
        expect(many).toBeCloseTo(one * factor, 6);
      }),
    );
  });

  it('over a window that begins and ends at samples is the increase by the time, wherever resets are', () => {
    fc.assert(
      fc.property(increments, fc.array(fc.boolean(), { maxLength: 40 }), (all, resets) => {
        let value = 0;
        let increase = 0;
        const values = all.map((increment, index) => {
          value = resets[index] === true ? increment : value + increment;
          if (index > 0) increase += increment;
          return value;
        });
        // Growth after a reset is only seen when it falls below the old value; make each reset visible.
        fc.pre(
          values.every((at, index) => resets[index] !== true || index === 0 || at < (values[index - 1] ?? 0)),
        );
        const seconds = values.length - 1;
        const rate = counterRate(every(1000, 0, ...values), 0, seconds * 1000);
        expect(rate).toBeCloseTo(increase / seconds, 6);
      }),
    );
  });
});
