import { exponentialMs } from './backoff';

const delays = (attempts: readonly number[], limits: Parameters<typeof exponentialMs>[1]): number[] =>
  attempts.map((attempt) => exponentialMs(attempt, limits));

describe('exponential backoff', () => {
  it('begins with the first delay and doubles up to the maximum', () => {
    expect(delays([1, 2, 3, 4, 5], { firstMs: 200, maxMs: 1_000 })).toEqual([200, 400, 800, 1_000, 1_000]);
  });

  it('stays at the maximum however many attempts failed', () => {
    expect(delays([50, 5_000], { firstMs: 1, maxMs: 300_000 })).toEqual([300_000, 300_000]);
  });

  it('is no delay where the first one is none', () => {
    expect(delays([1, 5_000], { firstMs: 0, maxMs: 1_000 })).toEqual([0, 0]);
  });
});
