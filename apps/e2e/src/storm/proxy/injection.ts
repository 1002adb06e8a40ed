import type { FaultKind } from '../plan/kinds';

/** What the proxy knows of a request when it decides about it. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path with its query. */
  readonly url: string;
}

/** What becomes of a request at the API server; `pass` is the usual. */
export type Treatment =
  | { readonly do: 'pass' }
  | { readonly do: 'answer'; readonly status: number; readonly reason: string; readonly message: string }
  /** The watch begins, and its one event is that the version is gone. */
  | { readonly do: 'expire' }
  /** It is executed and the connection ends without an answer. */
  | { readonly do: 'lose-answer' }
  /** The connection ends first; the request is executed a moment later. */
  | { readonly do: 'execute-late' }
  /** It is executed, and the answer says that this took too long. */
  | { readonly do: 'time-out' };

/** A fault of the API server that is in force. */
export interface Injection {
  readonly kind: FaultKind;
  readonly percent: number;
}

const isWrite = ({ method }: ProxiedRequest): boolean => method !== 'GET';
const isWatch = ({ url }: ProxiedRequest): boolean => /[?&]watch=(true|1)/.test(url);
/** Continues or begins at a version, which the server may have forgotten. */
const isVersioned = ({ url }: ProxiedRequest): boolean =>
  /[?&]continue=/.test(url) || (isWatch({ method: 'GET', url }) && /[?&]resourceVersion=[1-9]/.test(url));

const isPodCreation = ({ method, url }: ProxiedRequest): boolean =>
  method === 'POST' && /^\/api\/v1\/namespaces\/[^/]+\/pods(\?|$)/.test(url);

const PASS: Treatment = { do: 'pass' };

/** How a fault treats the requests that it meets; those that it cannot meet pass. Texts are those of kube-apiserver. */
function treatmentOf(kind: FaultKind, request: ProxiedRequest): Treatment {
  const failed = (status: number, reason: string, message: string): Treatment => ({
    ...{ do: 'answer', status, reason, message },
  });
  switch (kind) {
    case 'conflict':
      return isWrite(request)
        ? failed(409, 'Conflict', 'Operation cannot be fulfilled: the object has been modified')
        : PASS;
    case 'expired':
      if (!isVersioned(request)) return PASS;
      if (isWatch(request)) return { do: 'expire' };
      return failed(410, 'Expired', 'The provided continue parameter is too old');
    case 'throttled':
      return failed(429, 'TooManyRequests', 'too many requests, please try again later.');
    case 'server-error':
      return failed(500, 'InternalError', 'Internal error occurred: etcdserver: leader changed');
    case 'timed-out':
      return isWatch(request)
        ? failed(504, 'Timeout', 'the server was unable to return a response in the time allotted')
        : { do: 'time-out' };
    case 'webhook':
      if (!isPodCreation(request)) return PASS;
      return failed(
        500,
        'InternalError',
        'Internal error occurred: failed calling webhook "storm.tessera.io"',
      );
    case 'denied':
      if (!isPodCreation(request)) return PASS;
      return failed(403, 'Forbidden', 'pods is forbidden: ValidatingAdmissionPolicy denied request');
    case 'lost-answer':
      return isWatch(request) ? PASS : { do: 'lose-answer' };
    case 'late-write':
      return isWrite(request) ? { do: 'execute-late' } : PASS;
    default:
      return PASS;
  }
}

/** The first injection that meets the request decides; `percentile` gives a number from 1 to 100 for each. */
export function treat(
  request: ProxiedRequest,
  injections: readonly Injection[],
  percentile: () => number,
): Treatment {
  for (const { kind, percent } of injections) {
    const treatment = treatmentOf(kind, request);
    if (treatment.do !== 'pass' && percentile() <= percent) return treatment;
  }
  return PASS;
}

/** The body of an answer of the API server that is an error. */
export const statusBody = (code: number, reason: string, message: string): string =>
  JSON.stringify({
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `${message} (fault of the storm)`,
    reason,
    code,
  });
