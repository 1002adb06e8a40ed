import type { ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import { REASON_HEADER } from './reason-header';

/** The longest that a timer waits, ms. */
const MOST_MS = 0x7fff_ffff;

/** The request took longer than it may, its wait for a replica included. */
export class LateError extends HttpError {
  constructor(
    timeoutMs: number,
    rule = 'the most that the workload allows (servingConfiguration.requestTimeoutSeconds)',
  ) {
    const message = `The request took longer than ${timeoutMs / 1000} s, ${rule}`;
    super(504, message, undefined, { [REASON_HEADER]: 'RequestTimeout' });
  }
}

/** The time that one request has. */
export interface Deadline {
  /** Aborts at the end of the time. */
  readonly over: AbortSignal;
  /** What its client is then answered, as long as no response has begun. */
  readonly error: LateError;
  /** Time left, ms. */
  readonly leftMs: () => number;
  /** Forgets it: the request has ended, or has become a websocket. */
  readonly end: () => void;
}

/**
 * Forgotten when the response is closed. `callerMs` is how long the caller waits, where it names a time; `elapsedMs` have
 * passed since the request came. Undefined where the time is not limited.
 */
export function beginDeadline(
  limitMs: number | undefined,
  response: Pick<ServerResponse, 'once'>,
  callerMs?: number,
  elapsedMs = 0,
): Deadline | undefined {
  if (limitMs === undefined && callerMs === undefined) return undefined;
  const isCallers = (callerMs ?? Infinity) < (limitMs ?? Infinity);
  const timeoutMs = Math.min(limitMs ?? Infinity, callerMs ?? Infinity);
  const ends = new AbortController();
  const endsAt = performance.now() + timeoutMs - elapsedMs;
  const error = new LateError(timeoutMs, isCallers ? 'the deadline of its caller (grpc-timeout)' : undefined);
  const timer = setTimeout(() => ends.abort(error), Math.min(Math.max(0, timeoutMs - elapsedMs), MOST_MS));
  const end = (): void => clearTimeout(timer);
  response.once('close', end);
  return { over: ends.signal, error, leftMs: () => endsAt - performance.now(), end };
}
