import { backoffMs, retry } from './retry';

const LIMITS = { firstMs: 200, maxMs: 1_000 };

describe('backoff with equal jitter', () => {
  it('is between half and all of the exponential delay', () => {
    const ranges = [1, 2, 3, 4].map((attempt) => [
      backoffMs(attempt, LIMITS, 0),
      backoffMs(attempt, LIMITS, 0.5),
      backoffMs(attempt, LIMITS, 0.9999),
    ]);
    expect(ranges).toEqual([
      [100, 150, 200],
      [200, 300, 400],
      [400, 600, 800],
      [500, 750, 1_000],
    ]);
  });
});

describe('a retry', () => {
  const AT_ONCE = { firstMs: 0, maxMs: 0 };

  it('returns what the first attempt that succeeds gives', async () => {
    const counts: number[] = [];
    const answer = await retry(
      async () => {
        if (counts.length < 2) throw new Error('not yet');
        return 'done';
      },
      { ...AT_ONCE, onRetry: (_error, count) => void counts.push(count) },
    );
    expect([answer, counts]).toEqual(['done', [1, 2]]);
  });

  it.each([
    ['after its last attempt', { attempts: 3 }, 3],
    ['at an error that is final', { isFinal: () => true }, 1],
    ['once it is aborted', { signal: AbortSignal.abort() }, 1],
  ])('rejects with the last error %s', async (_when, options, attempts) => {
    let count = 0;
    const refused = retry(async () => Promise.reject(new Error(`attempt ${(count += 1)}`)), {
      ...AT_ONCE,
      ...options,
    });
    await expect(refused).rejects.toThrow(`attempt ${attempts}`);
  });
});
