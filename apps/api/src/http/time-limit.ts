import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/**
 * The result of the work, or 503 when it takes longer than `ms`. At the limit the work's signal is aborted, so that it
 * starts nothing that lasts. With a patience above 1, work already started is awaited for up to that many times the
 * limit: 503 states that nothing was done.
 */
export function withinLimit<T>(
  ms: number,
  patience: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const late = (): HttpError =>
    new HttpError(503, ERRORS[503].message, 'the request took too long', { 'retry-after': '1' });
  return new Promise((resolve, reject) => {
    const timers = [
      setTimeout(() => limit.abort(late()), ms),
      setTimeout(() => reject(late()), ms * patience),
    ];
    const done = (): void => timers.forEach((timer) => clearTimeout(timer));
    work(limit.signal).then(resolve, reject).finally(done);
  });
}
