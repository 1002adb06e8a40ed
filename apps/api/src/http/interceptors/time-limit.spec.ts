import type { HttpError } from '@tessera/platform-http';
import { TimeLimit } from './time-limit';

const LIMIT_MS = 5;
const PATIENT = 60_000;

/** A limit that began, with what it aborted with and what it gave up with. */
function begun(ms: number, patience: number) {
  const limit = new TimeLimit();
  const aborted = new Promise<unknown>((resolve) =>
    limit.signal.addEventListener('abort', () => resolve(limit.signal.reason)),
  );
  const late = new Promise<HttpError>((resolve) => limit.start(ms, patience, resolve));
  return { limit, aborted, late };
}

describe('the time limit of a call', () => {
  it.each([1, 2])('ends work that never ends with 503 (patience %d)', async (patience) =>
    expect(await begun(LIMIT_MS, patience).late).toMatchObject({
      status: 503,
      details: 'the request took too long',
      headers: { 'retry-after': '1' },
    }),
  );

  it('aborts the signal of the work with the same 503, so that it starts nothing', async () => {
    const { limit, aborted, late } = begun(LIMIT_MS, 2);
    const reason = await aborted;
    expect(() => limit.signal.throwIfAborted()).toThrow(reason as Error);
    expect(await late).toBe(reason);
  });

  it('waits for work that started in time, after its signal was aborted', async () => {
    const { limit, aborted, late } = begun(LIMIT_MS, PATIENT);
    const first = await Promise.race([late.then(() => 'given up'), aborted.then(() => 'aborted')]);
    expect(first).toBe('aborted');
    limit.stop();
  });

  it('leaves the signal alone once the call is answered', async () => {
    const { limit } = begun(LIMIT_MS, 1);
    limit.stop();
    await begun(LIMIT_MS * 4, 1).late;
    expect(limit.signal.aborted).toBe(false);
  });
});
