import type { IncomingHttpHeaders } from 'node:http';

/** Headers that concern one connection only (RFC 9110 §7.6.1) and are made anew on each side. */
const HOP_BY_HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Made here: what the client sent is merged in or replaced. `expect` was answered by our own server. */
const REPLACED = new Set(['expect', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'host']);

/** What `x-forwarded-*` tells of the client's side. */
export interface Origin {
  readonly remoteAddress: string;
  /** `/<project>/<workload>`, for links that the replica makes. */
  readonly prefix: string;
}

/** The parts of a request that matter here. */
export interface IncomingHead {
  /** Name, value, name, value, as they came. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
}

/**
 * Headers for the replica, flat like `rawHeaders`: repeated ones stay repeated, hop-by-hop ones go, also those that
 * `connection` names. `x-forwarded-for` grows by the client; a host or protocol told by a proxy before us stays.
 */
export function requestHeaders({ rawHeaders, headers }: IncomingHead, origin: Origin): string[] {
  const named = connectionTokens(headers.connection);
  const sent: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || REPLACED.has(key) || key === 'x-forwarded-prefix' || named.has(key)) continue;
    sent.push(name, rawHeaders[index + 1] ?? '');
  }
  const host = headers.host ?? '';
  const before = headers['x-forwarded-for'];
  if (host !== '') sent.push('host', host);
  sent.push(
    'x-forwarded-for',
    before === undefined ? origin.remoteAddress : `${String(before)}, ${origin.remoteAddress}`,
    'x-forwarded-host',
    String(headers['x-forwarded-host'] ?? host),
    'x-forwarded-proto',
    String(headers['x-forwarded-proto'] ?? 'http'),
    'x-forwarded-prefix',
    origin.prefix,
  );
  return sent;
}

/** Headers for the client, flat: those of the replica, bytes unchanged, without the hop-by-hop ones. */
export function responseHeaders(raw: readonly (Buffer | string)[]): string[] {
  const all = raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));
  const named = connectionTokens(all.find((_, index) => isConnection(all[index - 1], index)));
  const sent: string[] = [];
  for (let index = 0; index + 1 < all.length; index += 2) {
    const name = all[index] ?? '';
    const key = name.toLowerCase();
    if (!HOP_BY_HOP.has(key) && !named.has(key)) sent.push(name, all[index + 1] ?? '');
  }
  return sent;
}

const isConnection = (name: string | undefined, valueIndex: number): boolean =>
  valueIndex % 2 === 1 && name?.toLowerCase() === 'connection';

const NONE: ReadonlySet<string> = new Set();

/** Header names that `connection` lists, in lower case. */
function connectionTokens(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return NONE;
  return new Set(connection.split(',').map((token) => token.trim().toLowerCase()));
}
