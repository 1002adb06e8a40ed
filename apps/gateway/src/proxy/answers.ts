import type { ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import type { Workload } from '../routing/workload';
import type { WaitEnd } from '../routing/waiting-room';

/** When a client may ask again after a 503, seconds. */
const RETRY_AFTER = '5';

/** Writes `{code, message}`; a client that has left is no error, and a head that is out already cannot be changed. */
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
  new HttpError(404, 'The path names no workload; it begins with /<project>/<workload>/');

export const unknownWorkload = (): HttpError =>
  new HttpError(404, 'There is no workload of that name in that project, or it has no pods');

/** Before the first lists are in, nobody can say that a workload does not exist. */
export const stillBlind = (): HttpError => unavailable('The gateway does not know the workloads yet');

/** The caller may be anybody: what is the matter with which pod is for the log, and for those who may read the workload. */
const UNSERVED: Readonly<Record<WaitEnd, string>> = {
  full: 'Too many requests wait for a replica already',
  closed: 'The gateway is stopping',
  timeout: 'No replica became ready in time',
  left: 'The client has left',
  ready: 'The replica went away again',
};

/** Nobody took the request that waited. */
export const notServed = (end: WaitEnd): HttpError => unavailable(UNSERVED[end]);

const unavailable = (message: string): HttpError =>
  new HttpError(503, message, undefined, { 'retry-after': RETRY_AFTER });

/** The replica did not answer: 504 when it was silent too long, else 502. */
export function badUpstream(error: Error): HttpError {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
    ? new HttpError(504, 'The replica did not answer in time')
    : new HttpError(502, 'The replica gave no valid answer');
}

/** Why nobody took a request, for the log. */
export const whyNotServed = (workload: Workload, end: WaitEnd): string =>
  end === 'timeout' ? workload.whyNoneReady() : UNSERVED[end];
