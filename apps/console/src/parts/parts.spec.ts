import { memory, number, percent } from './numbers';
import { aligned, linesOf } from './series';
import { duration, relative } from './time';

const MINUTE = 60_000;

it.each([
  [0, 'just now'],
  [-30_000, '30 sec. ago'],
  [-5 * MINUTE, '5 min. ago'],
  [-119 * MINUTE, '1 hr. ago'],
  [2 * MINUTE, 'in 2 min.'],
  [-3 * 24 * 60 * MINUTE, '3 days ago'],
])('is %i ms from now: %s', (offset, text) => {
  expect(relative(1e12 + offset, 1e12)).toBe(text);
});

it.each([
  [850, '850 ms'],
  [2_340, '2.3 s'],
  [42_000, '42 s'],
  [125_000, '2 min 5 s'],
  [7_500_000, '2 h 5 min'],
  [200_000_000, '2 d 7 h'],
])('takes %i ms: %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

it('writes numbers, parts and memory for people', () => {
  expect([number(1234.567), number(0.25), percent(1, 3), percent(1, 0)]).toEqual([
    '1,234.57',
    '0.25',
    '33 %',
    '–',
  ]);
  expect([memory(0), memory(512), memory(40_960), memory(2_097_152)]).toEqual([
    '0 MiB',
    '512 MiB',
    '40 GiB',
    '2 TiB',
  ]);
});

describe('measured lines', () => {
  const at = (second: number): string => new Date(second * 1000).toISOString();
  const measurement = (
    type: string,
    labels: Record<string, string>,
    points: readonly [number, string | null][],
  ) => ({
    type,
    labels,
    values: points.map(([second, value]) => ({ timestamp: at(second), value })),
  });

  it('are those of the type, named by their labels', () => {
    const lines = linesOf(
      [measurement('A', { gpu: '0' }, [[1, '2']]), measurement('B', {}, [[1, '3']])],
      'A',
      'Use',
    );
    expect(lines).toEqual([{ label: 'Use 0', times: [1], values: [2] }]);
  });

  it('have gaps where one has no value', () => {
    const lines = [
      { label: 'a', times: [1, 2], values: [10, 20] },
      { label: 'b', times: [2, 3], values: [5, null] },
    ];
    expect(aligned(lines)).toEqual([
      [1, 2, 3],
      [10, 20, null],
      [null, 5, null],
    ]);
  });

  it('have a gap for what is no number', () => {
    expect(linesOf([measurement('A', {}, [[1, null]])], 'A', 'a')[0]?.values).toEqual([null]);
  });
});
