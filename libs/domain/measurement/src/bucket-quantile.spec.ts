import { bucketQuantile } from './bucket-quantile';

const INF = Infinity;
const buckets = (...pairs: readonly (readonly [number, number])[]) =>
  pairs.map(([upTo, count]) => ({ upTo, count }));

describe('a quantile of buckets', () => {
  /** 10 observations up to 1, 80 between 1 and 2, 8 between 2 and 5, 2 above. */
  const latencies = buckets([1, 10], [2, 90], [5, 98], [INF, 100]);

  it.each([
    ['in the middle of a bucket', 0.5, 1.5],
    ['at the bound of a bucket', 0.9, 2],
    ['in the lowest bucket, which begins at 0', 0.05, 0.5],
    ['between two wide bounds', 0.95, 2 + (3 * 5) / 8],
    ['above the last finite bound, which is all that is known', 0.99, 5],
  ])('is %s', (_name, quantile, want) => {
    expect(bucketQuantile(quantile, latencies)).toBeCloseTo(want, 12);
  });

  it('does not depend on the order of the buckets', () => {
    expect(bucketQuantile(0.5, [...latencies].reverse())).toBe(1.5);
  });

  it('takes a count that falls for the highest one before it', () => {
    expect(bucketQuantile(0.5, buckets([1, 50], [2, 49], [INF, 100]))).toBe(1);
  });

  it.each([
    ['nothing was observed', buckets([1, 0], [INF, 0])],
    ['there is no bucket up to infinity', buckets([1, 3], [2, 5])],
    ['there is no other bucket', buckets([INF, 5])],
    ['there are no buckets', []],
  ])('is unknown where %s', (_name, given) => {
    expect(bucketQuantile(0.5, given)).toBeUndefined();
  });

  it('is the bound of a lowest bucket that is not positive', () => {
    expect(bucketQuantile(0.1, buckets([-1, 5], [INF, 10]))).toBe(-1);
  });
});
