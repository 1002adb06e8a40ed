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

export const noRoute = (path: string): HttpError =>
  new HttpError(404, `${path} names no workload; the path begins with /<project>/<workload>/`);

export const unknownWorkload = (project: string, name: string): HttpError =>
  new HttpError(404, `There is no workload ${name} in project ${project}, or it has no pods`);

/** Before the first list of pods is in, nobody can say that a workload does not exist. */
export const stillBlind = (why: string): HttpError =>
  new HttpError(503, `The gateway does not know the workloads yet: ${why}`, undefined, {
    'retry-after': RETRY_AFTER,
  });

/** Why nobody took the request that waited. */
export function notServed(workload: Workload, end: WaitEnd, holdMs: number): HttpError {
  const why = {
    full: `${workload.waiting.size} requests wait for a replica already`,
    closed: 'the gateway is stopping',
    timeout: `no replica became ready within ${holdMs / 1000} s: ${workload.whyNoneReady()}`,
    left: 'the client has left',
    ready: 'its replica went away again',
  }[end];
  return new HttpError(503, `Workload ${workload.name} in project ${workload.project}: ${why}`, undefined, {
    'retry-after': RETRY_AFTER,
  });
}

/** The replica did not answer: 504 when it was silent too long, else 502. */
export function badUpstream(workload: Workload, pod: string, error: Error): HttpError {
  const { code } = error as NodeJS.ErrnoException;
  const silent = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
  const what = silent ? 'did not answer in time' : `gave no answer (${code ?? error.message})`;
  return new HttpError(
    silent ? 504 : 502,
    `Workload ${workload.name} in project ${workload.project}: pod ${pod} ${what}`,
  );
}
