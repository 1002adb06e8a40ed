import { AnswerShapeError } from './answer-shape';
import { toBucketSeries } from './native-histogram';

const at = (seconds: number, count: string, ...buckets: readonly (readonly unknown[])[]) => [
  seconds,
  { count, sum: '0', ...(buckets.length === 0 ? {} : { buckets }) },
];

describe('a native histogram as buckets', () => {
  const cumulative = (...given: readonly unknown[]) =>
    Object.fromEntries(
      toBucketSeries({ pod: 'a' }, given).map(({ labels: { le = '' }, points }) => [
        le,
        Object.fromEntries(points.map((point) => [point.at, point.value])),
      ]),
    );

  it('counts in each bucket what is below it too, with the labels of the series', () => {
    expect(
      toBucketSeries({ pod: 'a' }, [
        at(1.5, '6', [3, '-0.001', '0.001', '1'], [0, '1', '2', '3'], [0, '4', '8', '2']),
      ]),
    ).toEqual([
      { labels: { pod: 'a', le: '0.001' }, points: [{ at: 1500, value: 1 }] },
      { labels: { pod: 'a', le: '2' }, points: [{ at: 1500, value: 4 }] },
      { labels: { pod: 'a', le: '8' }, points: [{ at: 1500, value: 6 }] },
      { labels: { pod: 'a', le: '+Inf' }, points: [{ at: 1500, value: 6 }] },
    ]);
  });

  it('has at every instant the bounds of all, also those whose buckets are empty then', () => {
    const early = at(1, '2', [0, '1', '2', '2']);
    const late = at(2, '5', [0, '4', '8', '5']);
    expect(cumulative(early, late, at(3, '0'))).toEqual({
      '2': { 1000: 2, 2000: 0, 3000: 0 },
      '8': { 1000: 2, 2000: 5, 3000: 0 },
      '+Inf': { 1000: 2, 2000: 5, 3000: 0 },
    });
  });

  it('has no value for a bound within a bucket, which may have become coarser', () => {
    const fine = at(1, '2', [0, '1', '2', '1'], [0, '2', '4', '1']);
    const coarse = at(2, '3', [0, '1', '4', '3']);
    expect(cumulative(fine, coarse)).toEqual({
      '2': { 1000: 1 },
      '4': { 1000: 2, 2000: 3 },
      '+Inf': { 1000: 2, 2000: 3 },
    });
  });

  it('counts what is above all bounds once, and nothing of a series without instants', () => {
    expect(cumulative(at(1, '3', [0, '1', '2', '1'], [0, '2', '+Inf', '2']))).toEqual({
      '2': { 1000: 1 },
      '+Inf': { 1000: 3 },
    });
    expect(toBucketSeries({}, [])).toEqual([]);
  });

  it.each([
    ['no pair', 'x'],
    ['no count', [1, { buckets: [] }]],
    ['a bucket without a count', [1, { count: '1', buckets: [[0, '1', '2']] }]],
    ['buckets that are no list', [1, { count: '1', buckets: 'none' }]],
  ])('is refused where it is %s', (_name, given) => {
    expect(() => toBucketSeries({}, [given])).toThrow(AnswerShapeError);
  });
});
