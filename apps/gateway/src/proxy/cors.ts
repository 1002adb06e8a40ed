import type { IncomingMessage, ServerResponse } from 'node:http';

/** How long a browser may cache the response to a preflight, s. */
const MAX_AGE = '600';
/** A comma-separated list of header names. */
const NAMES = /^[\w!#$%&'*+.^`|~, -]{1,4096}$/;

/** Whether the request is a CORS preflight (Fetch §4.8), which wakes no workload. */
export const isPreflight = ({ method, headers }: Pick<IncomingMessage, 'method' | 'headers'>): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;

/**
 * Adds the CORS headers for pages of the configured origins, and responds to their preflights, for every path alike.
 * Browser credentials (cookies) are not allowed: pages send theirs in a header.
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
  const requested = headers['access-control-request-headers'];
  if (typeof requested === 'string' && NAMES.test(requested))
    response.setHeader('access-control-allow-headers', requested);
  response.setHeader('access-control-allow-methods', 'GET, HEAD, POST, PUT, PATCH, DELETE');
  response.setHeader('access-control-max-age', MAX_AGE);
  response.writeHead(204).end();
  return 'answered';
}
