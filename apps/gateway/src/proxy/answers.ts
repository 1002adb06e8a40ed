import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '@tessera/platform-http';
import { WORKLOAD_METADATA } from '../grpc/call';
import { answerGrpc, answersGrpc } from '../grpc/status';
import { RequestTimeoutError } from '../limits/deadline';
import type { RequestPermit } from '../limits/request-permit';
import { errorBody } from '../openai/errors';
import type { HoldFailure } from '../routing/hold-queue';
import type { Obstacle, Workload } from '../routing/workload';
import { REASON_HEADER } from '../limits/reason-header';

/** Status code that counts requests whose client disconnected first. */
export const CLIENT_LEFT = 499;
/** Retry-After of a 503, seconds. */
const RETRY_AFTER = '5';

/** Why no replica serves a request; `asleep`: there is none, and the request's path is quiet, so it starts none. */
export type UnservedReason = HoldFailure | 'asleep';

/**
 * Writes an error response: `{code, message}`, the shape of OpenAI's API for model endpoints, a status for gRPC calls.
 * Does nothing where the client has disconnected or the head of a response was sent already.
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

/** Responds with a timeout if the deadline passes while the body is read; call the result once the body was read. */
export function answerTimeout(
  permit: Pick<RequestPermit, 'deadline' | 'setHeaders'>,
  request: IncomingMessage,
  response: ServerResponse,
): () => void {
  const { deadline } = permit;
  if (deadline === undefined) return () => undefined;
  const answer = (): void => {
    response.once('finish', () => request.destroy());
    permit.setHeaders(response);
    answerError(response, deadline.error);
  };
  deadline.signal.addEventListener('abort', answer);
  return () => deadline.signal.removeEventListener('abort', answer);
}

export const noRoute = (): HttpError =>
  new HttpError(404, 'The path names no workload; it must begin with /<project>/<workload>/');

export const noMetadata = (): HttpError =>
  new HttpError(
    404,
    `The call names no workload; send the metadata "${WORKLOAD_METADATA}: <project>/<name>"`,
  );

/** The caller may call the workload, so the error may say what it serves. */
export const noGrpc = (): HttpError =>
  new HttpError(501, 'The workload does not serve gRPC: spec.servingPort.protocol is not grpc');

export const noHost = (domain: string): HttpError =>
  new HttpError(404, `The host names no workload; it must be <name>-<project>-<hash>.${domain}`);

export const serviceWorkerOutOfScope = (): HttpError =>
  new HttpError(403, 'The path of a service worker must begin with /<project>/<workload>/');

export const unknownWorkload = (): HttpError =>
  new HttpError(404, 'The project has no workload with this name');

/** The same error for a protected workload and for one that does not exist. */
export const credentialRequired = (): HttpError =>
  new HttpError(
    401,
    'Send a valid credential: "Authorization: Bearer <token or serving key>", or "x-api-key: <serving key>"',
    undefined,
    { 'www-authenticate': 'Bearer realm="tessera"' },
  );

/** The issuer's keys or the serving keys, which verify credentials, are not loaded yet. */
export const credentialsUnverifiable = (): HttpError =>
  unavailable('The gateway cannot check credentials now; retry after 5 s');

/** Until the first lists of the cluster are loaded, the gateway does not know whether a workload exists. */
export const workloadsNotLoaded = (): HttpError =>
  unavailable('The gateway is still loading the list of workloads; retry after 5 s');

/** Why no replica serves a request, for its caller: value of the reason header, and message. */
const UNSERVED: Readonly<Record<UnservedReason, readonly [reason: string, message: string]>> = {
  full: ['QueueFull', 'Too many requests are waiting for a replica; retry after 5 s'],
  closed: ['GatewayStopping', 'The gateway is stopping; send the request again'],
  timeout: ['Timeout', 'No replica became ready in time'],
  late: ['RequestTimeout', 'The request exceeded its time limit'],
  failed: ['StartFailed', 'The replicas of the workload do not start'],
  gone: ['NoSuchWorkload', 'The project has no workload with this name'],
  asleep: ['Asleep', 'The workload has no replica, and requests to this path do not start one'],
  left: ['ClientLeft', 'The client disconnected'],
};

/** Replicas are ready, and all of them are at the limit of requests in flight. */
const SATURATED = [
  'Saturated',
  'All replicas of the workload are at their limit of concurrent requests; send fewer at once or retry after 5 s',
] as const;

/**
 * The error where no replica serves the request: 404 where the workload does not exist, 429 where it has ready replicas
 * (`hasReady`) and all are busy, else 503. Which pod is not ready, and why, goes only to the log, because callers are
 * untrusted; the scheduler writes the message of `obstacle` for them.
 */
export function notServed(why: UnservedReason, hasReady: boolean, obstacle?: Obstacle): HttpError {
  const isSaturated = hasReady && (why === 'timeout' || why === 'full');
  const [reason, message] = isSaturated && why === 'timeout' ? SATURATED : UNSERVED[why];
  if (isSaturated)
    return new HttpError(429, message, undefined, { 'retry-after': RETRY_AFTER, [REASON_HEADER]: reason });
  if (why === 'gone') return new HttpError(404, message, undefined, { [REASON_HEADER]: reason });
  const known = why === 'timeout' || why === 'failed' ? obstacle : undefined;
  const headers = { 'retry-after': RETRY_AFTER, [REASON_HEADER]: known?.reason ?? reason };
  return new HttpError(503, message, known?.message, headers);
}

const unavailable = (message: string): HttpError =>
  new HttpError(503, message, undefined, { 'retry-after': RETRY_AFTER });

/** The error where a replica sent no valid response: 504 after a timeout of the replica or the request, else 502. */
export function badUpstream(error: Error): HttpError {
  if (error instanceof RequestTimeoutError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT'
    ? new HttpError(504, 'The replica did not respond in time')
    : new HttpError(502, 'The replica sent an invalid response');
}

/** The error for a gRPC call whose response was cut off. */
export const incompleteResponse = (error: Error): HttpError =>
  error instanceof RequestTimeoutError
    ? error
    : new HttpError(502, 'The replica closed the connection before its response was complete');

/** Why no replica served a request, for the log. */
export function whyNotServed(workload: Workload, why: UnservedReason): string {
  const { reason, message } = workload.obstacle ?? {};
  if (why !== 'timeout') return [UNSERVED[why][1], message].filter((text) => text !== undefined).join(': ');
  return [workload.whyNoneReady(), reason, message].filter((text) => text !== undefined).join('; ');
}
