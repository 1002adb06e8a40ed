import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a browser may keep the answer to a preflight, s. */
const MAX_AGE = '600';
/** A list of header names. */
const NAMES = /^[\w!#$%&'*+.^`|~, -]{1,4096}$/;

/** Whether a browser asks before a request (Fetch §4.8); such a question wakes nothing. */
export const isPreflight = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

/**
 * Lets pages of the configured origins read the response; answers a preflight of theirs itself, for every path alike.
 * Credentials go in a header that the page sets, so those of the browser are not allowed.
 */
export function allowOrigin(
  origins: ReadonlySet<string>,
  request: Pick<IncomingMessage, 'method' | 'headers'>,
  response: ServerResponse,
): 'answered' | 'allowed' | 'ignored' {
  const { headers } = request;
  if (headers.origin === undefined || !origins.has(headers.origin)) return 'ignored';
  response.setHeader('access-control-allow-origin', headers.origin).appendHeader('vary', 'Origin');
  if (!isPreflight(request)) {
    response.setHeader('access-control-expose-headers', '*');
    return 'allowed';
  }
  const asked = headers['access-control-request-headers'];
  if (typeof asked === 'string' && NAMES.test(asked))
    response.setHeader('access-control-allow-headers', asked);
  response.setHeader('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
  response.setHeader('access-control-max-age', MAX_AGE);
  response.writeHead(204).end();
  return 'answered';
}
