import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import { WORKLOAD_METADATA } from '../grpc/call';
import { answerGrpc, answersGrpc } from '../grpc/status';
import { LateError } from '../limits/deadline';
import type { Passage } from '../limits/passage';
import { errorBody } from '../openai/errors';
import type { Refusal } from '../routing/hold-queue';
import type { Obstacle, Workload } from '../routing/workload';
import { REASON_HEADER } from '../limits/reason-header';

/** Status code that counts requests whose client disconnected first. */
export const CLIENT_LEFT = 499;
/** Retry-After of a 503, seconds. */
const RETRY_AFTER = '5';

/** Why no replica serves a request; `asleep`: there is none, and its path starts none. */
export type Unserved = Refusal | 'asleep';

/**
 * Writes `{code, message}`, to clients of model endpoints the shape that they know, and to a call of gRPC the status that
 * stands for the error. A client that has disconnected is no error, and a head that was sent already is left
 * unchanged.
 */
export function answerError(response: ServerResponse, error: HttpError): void {
  if (response.headersSent || response.destroyed) return;
  if (answersGrpc(response)) return answerGrpc(response, error);
  const body = JSON.stringify(errorBody(response, error));
  response
    .writeHead(error.status, {
      ...error.headers,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

/** Answers a request whose time ends while its body is read; the result is called when that is over. */
export function answerLate(
  passage: Pick<Passage, 'deadline' | 'state'>,
  request: IncomingMessage,
  response: ServerResponse,
): () => void {
  const { deadline } = passage;
  if (deadline === undefined) return () => undefined;
  const answer = (): void => {
    response.once('finish', () => request.destroy());
    passage.state(response);
    answerError(response, deadline.error);
  };
  deadline.over.addEventListener('abort', answer);
  return () => deadline.over.removeEventListener('abort', answer);
}

export const noRoute = (): HttpError =>
  new HttpError(404, 'The path names no workload; it must begin with /<project>/<workload>/');

export const noMetadata = (): HttpError =>
  new HttpError(
    404,
    `The call names no workload; send the metadata "${WORKLOAD_METADATA}: <project>/<name>"`,
  );

/** To a caller who may call the workload. */
export const noGrpc = (): HttpError =>
  new HttpError(501, 'The workload does not serve gRPC: spec.servingPort.protocol is not grpc');

export const noHost = (domain: string): HttpError =>
  new HttpError(404, `The host names no workload; it must be <name>-<project>-<hash>.${domain}`);

export const noWorker = (): HttpError =>
  new HttpError(403, 'A service worker must lie below /<project>/<workload>/');

export const unknownWorkload = (): HttpError =>
  new HttpError(404, 'The project has no workload of that name');

/** The same for a protected workload and for one that does not exist. */
export const credentialWanted = (): HttpError =>
  new HttpError(
    401,
    'Send an accepted credential: "Authorization: Bearer <token or serving key>", or "x-api-key: <serving key>"',
    undefined,
    { 'www-authenticate': 'Bearer realm="tessera"' },
  );

/** The keys that verify tokens, or the serving keys, have not been heard yet. */
export const credentialsUnchecked = (): HttpError =>
  unavailable('Credentials cannot be checked at the moment; try again later');

/** Until the first lists are read, the gateway cannot tell whether a workload exists. */
export const stillBlind = (): HttpError =>
  unavailable('The gateway is still loading the workloads; try again in a moment');

/** Why no replica serves a request, for its caller: the value of the reason header and a sentence. */
const UNSERVED: Readonly<Record<Unserved, readonly [reason: string, message: string]>> = {
  full: ['QueueFull', 'Too many requests are waiting for a replica; try again later'],
  closed: ['GatewayStopping', 'The gateway is stopping'],
  timeout: ['Timeout', 'No replica became ready in time'],
  late: ['RequestTimeout', 'The request took longer than it may'],
  failed: ['StartFailed', 'The replicas of the workload do not start'],
  gone: ['NoSuchWorkload', 'The project has no workload of that name'],
  asleep: ['Asleep', 'The workload has no replica, and a request to this path starts none'],
  left: ['ClientLeft', 'The client disconnected'],
};

/** Replicas are there, and all of them have as many requests as they may. */
const SATURATED = [
  'Saturated',
  'All replicas of the workload are busy, and none had a place in time; send fewer requests at once or try again later',
] as const;

/**
 * No replica serves the request: 404 where the workload has gone, 429 where its replicas (`present`) are busy, else 503.
 * Callers are strangers: which pod is not ready, and why, goes only to the log; `heard` is written for them.
 */
export function notServed(why: Unserved, present: boolean, heard?: Obstacle): HttpError {
  const isSaturated = present && (why === 'timeout' || why === 'full');
  const [reason, message] = isSaturated && why === 'timeout' ? SATURATED : UNSERVED[why];
  if (isSaturated)
    return new HttpError(429, message, undefined, { 'retry-after': RETRY_AFTER, [REASON_HEADER]: reason });
  if (why === 'gone') return new HttpError(404, message, undefined, { [REASON_HEADER]: reason });
  const known = why === 'timeout' || why === 'failed' ? heard : undefined;
  const headers = { 'retry-after': RETRY_AFTER, [REASON_HEADER]: known?.reason ?? reason };
  return new HttpError(503, message, known?.message, headers);
}

const unavailable = (message: string): HttpError =>
  new HttpError(503, message, undefined, { 'retry-after': RETRY_AFTER });

/** The replica did not respond: 504 after the silence limit or the time of the request, else 502. */
export function badUpstream(error: Error): HttpError {
  if (error instanceof LateError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
    ? new HttpError(504, 'The replica did not respond in time')
    : new HttpError(502, 'The replica sent an invalid response');
}

/** The replica broke its response off. */
export const brokenOff = (error: Error): HttpError =>
  error instanceof LateError ? error : new HttpError(502, 'The replica broke its response off');

/** Why no replica served a request, for the log. */
export function whyNotServed(workload: Workload, why: Unserved): string {
  const { reason, message } = workload.heard ?? {};
  if (why !== 'timeout') return [UNSERVED[why][1], message].filter((text) => text !== undefined).join(': ');
  return [workload.whyNoneReady(), reason, message].filter((text) => text !== undefined).join('; ');
}
