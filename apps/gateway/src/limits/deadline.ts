import type { ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import { REASON_HEADER } from './reason-header';

/** The longest delay of a Node timer, ms. */
const MOST_MS = 0x7fff_ffff;

/** The request exceeded its time limit, which includes the wait for a replica. */
export class RequestTimeoutError extends HttpError {
  constructor(
    timeoutMs: number,
    source = 'set by servingConfiguration.requestTimeoutSeconds of the workload or by the gateway',
  ) {
    const message = `The request exceeded its time limit of ${timeoutMs / 1000} s, ${source}`;
    super(504, message, undefined, { [REASON_HEADER]: 'RequestTimeout' });
  }
}

/** The deadline of one request. */
export interface Deadline {
  /** Aborts, with the error as its reason, when the deadline has passed. */
  readonly signal: AbortSignal;
  /** The error for the client, if no response has begun. */
  readonly error: RequestTimeoutError;
  /** Time left, ms. */
  readonly leftMs: () => number;
  /** Cancels the deadline: the request has ended, or has become a websocket. */
  readonly end: () => void;
}

/**
 * Starts the deadline of a request; it is cancelled when the response is closed. `limitMs`: the gateway's or workload's
 * limit. `callerMs`: the caller's own timeout (`grpc-timeout`), if it sent one. `elapsedMs`: time since the request
 * arrived. Undefined where neither limits the time.
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
  const error = new RequestTimeoutError(
    timeoutMs,
    isCallers ? 'set by grpc-timeout of the caller' : undefined,
  );
  const timer = setTimeout(() => ends.abort(error), Math.min(Math.max(0, timeoutMs - elapsedMs), MOST_MS));
  const end = (): void => clearTimeout(timer);
  response.once('close', end);
  return { signal: ends.signal, error, leftMs: () => endsAt - performance.now(), end };
}
