import type { ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import { REASON_HEADER } from './reason-header';

/** The longest that a timer waits, ms. */
const MOST_MS = 0x7fff_ffff;

/** The request took longer than it may, its wait for a replica included. */
export class LateError extends HttpError {
  constructor(timeoutMs: number) {
    const seconds = timeoutMs / 1000;
    const message = `The request took longer than ${seconds} s, the most that the workload allows (servingConfiguration.requestTimeoutSeconds)`;
    super(504, message, undefined, { [REASON_HEADER]: 'RequestTimeout' });
  }
}

/** The time that one request has. */
export interface Deadline {
  /** Aborts at the end of the time. */
  readonly over: AbortSignal;
  /** What its client is then answered, as long as no response has begun. */
  readonly error: LateError;
}

/** Begins now; forgotten when the response is closed. Undefined where the time is not limited. */
export function beginDeadline(
  timeoutMs: number | undefined,
  response: Pick<ServerResponse, 'once'>,
): Deadline | undefined {
  if (timeoutMs === undefined) return undefined;
  const ends = new AbortController();
  const error = new LateError(timeoutMs);
  const timer = setTimeout(() => ends.abort(error), Math.min(timeoutMs, MOST_MS));
  response.once('close', () => clearTimeout(timer));
  return { over: ends.signal, error };
}
