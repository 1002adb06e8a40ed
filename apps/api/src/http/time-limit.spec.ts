import { withinLimit } from './time-limit';

const LIMIT_MS = 5;
const never = new Promise<string>(() => undefined);
const atTheLimit = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('the time limit of a call', () => {
  it('returns the result of work that finishes in time', async () => {
    expect(await withinLimit(60_000, 1, async () => 'done')).toBe('done');
    await expect(
      withinLimit(60_000, 1, async () => {
        throw new Error('failed');
      }),
    ).rejects.toThrow('failed');
  });

  it.each([1, 2])('is 503 for work that never ends (patience %d)', (patience) =>
    expect(withinLimit(LIMIT_MS, patience, () => never)).rejects.toMatchObject({
      status: 503,
      details: 'the request took too long',
    }),
  );

  it('aborts the signal of the work, which then starts nothing', () =>
    expect(
      withinLimit(LIMIT_MS, 2, async (signal) => {
        await atTheLimit(signal);
        signal.throwIfAborted();
      }),
    ).rejects.toMatchObject({ status: 503 }));

  it('waits for work that started in time', async () => {
    const begun = async (signal: AbortSignal): Promise<string> => {
      await atTheLimit(signal);
      return 'written';
    };
    expect(await withinLimit(LIMIT_MS, 1_000, begun)).toBe('written');
  });
});
