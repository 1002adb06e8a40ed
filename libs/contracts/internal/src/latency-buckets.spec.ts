import { latencyBucketOf, LATENCY_BOUNDS_MS } from './latency-buckets';

describe('latency buckets', () => {
  it('reach from a millisecond to ten minutes', () => {
    expect(LATENCY_BOUNDS_MS[0]).toBe(1);
    expect(LATENCY_BOUNDS_MS.at(-2)).toBeLessThan(600_000);
    expect(LATENCY_BOUNDS_MS.at(-1)).toBeGreaterThanOrEqual(600_000);
  });

  it.each([0, 0.5, 1, 1.1, 45_000, 599_999])('hold %d ms at or below their bound', (ms) => {
    const bucket = latencyBucketOf(ms);
    expect(LATENCY_BOUNDS_MS[bucket]).toBeGreaterThanOrEqual(ms);
    expect(LATENCY_BOUNDS_MS[bucket - 1] ?? -1).toBeLessThan(ms);
  });

  it('put what is longer than every bound into the last one', () => {
    expect(latencyBucketOf(10_000_000)).toBe(LATENCY_BOUNDS_MS.length);
  });
});
