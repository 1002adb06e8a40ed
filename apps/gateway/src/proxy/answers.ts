import type { ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import type { Workload } from '../routing/workload';
import type { WaitEnd } from '../routing/waiting-room';

/** Retry-After of a 503, seconds. */
const RETRY_AFTER = '5';

/**
 * Writes `{code, message}`. A client that has disconnected is no error, and a head that was sent already is left
 * unchanged.
 */
export function answerError(response: ServerResponse, error: HttpError): void {
  if (response.headersSent || response.destroyed) return;
  const body = JSON.stringify(error.body());
  response
    .writeHead(error.status, {
      ...error.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

export const noRoute = (): HttpError =>
  new HttpError(404, 'The path names no workload; it must begin with /<project>/<workload>/');

export const unknownWorkload = (): HttpError =>
  new HttpError(404, 'The project has no workload of that name, or the workload has no pods');

/** Until the first lists are read, the gateway cannot tell whether a workload exists. */
export const stillBlind = (): HttpError =>
  unavailable('The gateway is still loading the workloads; try again in a moment');

/** Callers are untrusted: which pod is unready, and why, goes only to the log and to readers of the workload. */
const UNSERVED: Readonly<Record<WaitEnd, string>> = {
  full: 'Too many requests are waiting for a replica; try again later',
  closed: 'The gateway is stopping',
  timeout: 'No replica became ready in time',
  left: 'The client disconnected',
  ready: 'The replica is no longer ready; try again',
};

/** No replica took the waiting request. */
export const notServed = (end: WaitEnd): HttpError => unavailable(UNSERVED[end]);

const unavailable = (message: string): HttpError =>
  new HttpError(503, message, undefined, { 'retry-after': RETRY_AFTER });

/** The replica did not respond: 504 after the silence limit, else 502. */
export function badUpstream(error: Error): HttpError {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
    ? new HttpError(504, 'The replica did not respond in time')
    : new HttpError(502, 'The replica sent an invalid response');
}

/** Why no replica took a request, for the log. */
export const whyNotServed = (workload: Workload, end: WaitEnd): string =>
  end === 'timeout' ? workload.whyNoneReady() : UNSERVED[end];
