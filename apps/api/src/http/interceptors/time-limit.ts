import { ERRORS } from '@tessera/contracts-rest';
import { HttpError } from '@tessera/platform-http';

/**
 * The time limit of one call, from before its first guard until its answer. At the limit the signal is aborted, so that
 * the call starts nothing that lasts. With a patience above 1, work already started is awaited for up to that many times
 * the limit: 503 states that nothing was done.
 */
export class TimeLimit {
  private timer: NodeJS.Timeout | undefined;
  private late: HttpError | undefined;
  /** Created when the signal is first read, because most calls never read it and an AbortController is expensive. */
  private controller: AbortController | undefined;

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.late !== undefined) this.controller.abort(this.late);
    return this.controller.signal;
  }

  /** Throws the 503 once the limit has passed, as the signal would. */
  throwIfAborted(): void {
    if (this.late !== undefined) throw this.late;
  }

  /** Begins: `ms` until the signal is aborted, `ms * patience` until `onLate` is called with the 503. */
  start(ms: number, patience: number, onLate: (error: HttpError) => void): void {
    this.timer = setTimeout(() => {
      const late = tooLate();
      this.late = late;
      this.controller?.abort(late);
      if (patience > 1) this.timer = setTimeout(() => onLate(late), ms * (patience - 1));
      else onLate(late);
    }, ms);
  }

  /** The call is answered. */
  stop(): void {
    clearTimeout(this.timer);
  }
}

const tooLate = (): HttpError =>
  new HttpError(503, ERRORS[503].message, 'the request took too long', { 'retry-after': '1' });
