import fc from 'fast-check';
import { instantsOf, rateWindowMs, sampleTimes } from './sample-times';

const all = (start: number, end: number, count: number): number[] => {
  const times = sampleTimes(start, end, count);
  return times === undefined ? [] : [...instantsOf(times)];
};

describe('sample times', () => {
  it('include both ends', () => {
    expect(all(0, 190, 20)).toEqual(Array.from({ length: 20 }, (_, index) => index * 10));
  });

  it('are one when one is asked for: the end', () => expect(all(0, 1000, 1)).toEqual([1000]));

  it.each([
    ['none are asked for', 0, 1000, 0],
    ['the end is before the start', 1000, 0, 20],
  ])('are none when %s', (_name, start, end, count) => expect(all(start, end, count)).toEqual([]));

  it('lie in the range, are as many as asked for where it has room, and end with its end', () => {
    const inputs = [
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 0, max: 1e9 }),
      fc.integer({ min: 1, max: 1000 }),
    ] as const;
    fc.assert(
      fc.property(...inputs, (start, length, count) => {
        const times = all(start, start + length, count);
        expect(times).toHaveLength(Math.min(count, length + 1));
        expect(times.at(-1)).toBe(start + length);
        expect(times[0]).toBeGreaterThanOrEqual(start);
        expect(new Set(times).size).toBe(times.length);
      }),
    );
  });

  it('make rates look back at least to the sample before', () => {
    expect(rateWindowMs({ start: 0, end: 100_000, step: 50_000 }, 8_000)).toBe(50_000);
    expect(rateWindowMs({ start: 0, end: 100_000, step: 1_000 }, 8_000)).toBe(8_000);
  });
});
