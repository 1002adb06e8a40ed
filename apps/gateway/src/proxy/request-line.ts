import type { IncomingMessage } from 'node:http';
import { HttpError } from '@tessera/platform-http';

/** At most a name or an address with a port (RFC 9110 §7.2); no user, no path. */
const HOST = /^(?:[\w.~%!$&'()*+,;=-]{0,255}|\[[\da-f:.]{2,45}\])(?::\d{0,5})?$/i;

/**
 * Why a request is ambiguous and is rejected; undefined where it is not. Two parties could read it differently, and
 * send it to or attribute it to two places: the target names another host, or there are two Host lines.
 */
export function ambiguity({
  url = '/',
  rawHeaders,
  headers,
}: Pick<IncomingMessage, 'url' | 'rawHeaders' | 'headers'>): HttpError | undefined {
  if (!url.startsWith('/'))
    return new HttpError(400, 'The request target must be a path, such as /<project>/<workload>/');
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2)
    if (rawHeaders[index]?.toLowerCase() === 'host') hosts += 1;
  if (hosts > 1) return new HttpError(400, `The request has ${hosts} Host headers; send one`);
  if (!HOST.test(headers.host ?? '')) return new HttpError(400, 'The Host header is not <name>[:<port>]');
  return undefined;
}
