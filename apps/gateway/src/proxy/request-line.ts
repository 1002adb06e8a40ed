import type { IncomingMessage } from 'node:http';
import { HttpError } from '@tessera/platform-http';

/** A host name or address with an optional port (RFC 9110 §7.2); no user, no path. */
const HOST = /^(?:[\w.~%!$&'()*+,;=-]{0,255}|\[[\da-f:.]{2,45}\])(?::\d{0,5})?$/i;

/** The parts of a request that {@link ambiguity} checks. */
export type RequestLine = Pick<IncomingMessage, 'url' | 'rawHeaders' | 'headers' | 'httpVersion'>;

/**
 * The error for an ambiguous request; undefined where it is not ambiguous. Two servers could interpret such a request
 * differently (request smuggling): its target names another host, it has two Host headers, its length is ambiguous, or
 * its transfer coding is not supported.
 */
export function ambiguity(request: RequestLine): HttpError | undefined {
  const { url = '/', rawHeaders, headers } = request;
  const error = framingError(request);
  if (error !== undefined) return error;
  if (!url.startsWith('/'))
    return new HttpError(400, 'The request target must be a path, such as /<project>/<workload>/');
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  if (hosts > 1) return new HttpError(400, `The request has ${hosts} Host headers; send one`);
  if (!HOST.test(headers.host ?? '')) return new HttpError(400, 'The Host header is not <name>[:<port>]');
  return undefined;
}

/** What Node's parser accepts and other servers interpret differently (RFC 9112 §2.3, §3.2, §6.1). */
function framingError(request: RequestLine): HttpError | undefined {
  const { httpVersion, headers } = request;
  // In HTTP/2, framing does not depend on headers.
  if (!isInSequence(request)) return undefined;
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return new HttpError(505, `HTTP/${httpVersion} is not supported here; send HTTP/1.1`);
  // Node checks this itself, except in requests with an upgrade offer.
  if (httpVersion === '1.1' && headers.host === undefined)
    return new HttpError(400, 'The request has no Host header; HTTP/1.1 needs one');
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion === '1.0')
    return new HttpError(400, 'HTTP/1.0 has no Transfer-Encoding; send Content-Length');
  return coding.toLowerCase() === 'chunked'
    ? undefined
    : new HttpError(501, 'The only supported Transfer-Encoding is "chunked", applied once');
}

/**
 * Whether requests follow each other on the connection (HTTP/1), so that the end of one decides where the next begins.
 */
export const isInSequence = (request: object): boolean => !('stream' in request);
