import type { IncomingMessage } from 'node:http';
import { HttpError } from '@tessera/platform-http';

/** At most a name or an address with a port (RFC 9110 §7.2); no user, no path. */
const HOST = /^(?:[\w.~%!$&'()*+,;=-]{0,255}|\[[\da-f:.]{2,45}\])(?::\d{0,5})?$/i;

/** The parts of a request that matter here. */
export type RequestLine = Pick<IncomingMessage, 'url' | 'rawHeaders' | 'headers' | 'httpVersion'>;

/**
 * Why a request is ambiguous and is rejected; undefined where it is not. Two parties could read it differently, and
 * send it to or attribute it to two places: the target names another host, or there are two Host lines; or its body
 * ends at two places, or is in a coding that nobody undoes.
 */
export function ambiguity(request: RequestLine): HttpError | undefined {
  const { url = '/', rawHeaders, headers } = request;
  const unread = unreadable(request);
  if (unread !== undefined) return unread;
  if (!url.startsWith('/'))
    return new HttpError(400, 'The request target must be a path, such as /<project>/<workload>/');
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  if (hosts > 1) return new HttpError(400, `The request has ${hosts} Host headers; send one`);
  if (!HOST.test(headers.host ?? '')) return new HttpError(400, 'The Host header is not <name>[:<port>]');
  return undefined;
}

/** What Node's parser lets pass and other servers read differently (RFC 9112 §2.3, §3.2, §6.1). */
function unreadable(request: RequestLine): HttpError | undefined {
  const { httpVersion, headers } = request;
  // In HTTP/2 the transport states version and length.
  if (!isInSequence(request)) return undefined;
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return new HttpError(505, `HTTP/${httpVersion} is not supported here; send HTTP/1.1`);
  // Node asks for it itself, but not where the request offers an upgrade.
  if (httpVersion === '1.1' && headers.host === undefined)
    return new HttpError(400, 'The request has no Host header; HTTP/1.1 needs one');
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (httpVersion === '1.0')
    return new HttpError(400, 'HTTP/1.0 has no transfer codings; send content-length');
  return coding.toLowerCase() === 'chunked'
    ? undefined
    : new HttpError(501, 'The only transfer coding is "chunked", once; send the body in no other');
}

/** Whether the request follows others on its connection (HTTP/1), and where it ends decides what is the next one. */
export const isInSequence = (request: object): boolean => !('stream' in request);
