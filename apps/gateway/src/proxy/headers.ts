import { validateHeaderName, validateHeaderValue, type IncomingHttpHeaders } from 'node:http';
import { withoutOwnCredentials, type OwnIssuers } from './credentials';

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

/** Made here. `expect` was answered by our own server; the others say where a request came from, which a client cannot. */
const REPLACED = new Set([
  'expect',
  'host',
  'forwarded',
  'x-real-ip',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-forwarded-prefix',
]);
const OURS = 'x-tessera-';
const FORWARDED = 'x-forwarded-';

/** What `x-forwarded-*` tells of the client's side. */
export interface Origin {
  /** The other end of the connection. */
  readonly remoteAddress: string;
  /** The other end is a trusted proxy: what it tells of its own client's side is believed. */
  readonly trusted: boolean;
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
 * `connection` names, and so do credentials of the platform and what only we and trusted proxies may say.
 * `x-forwarded-for` grows by the other end of the connection where that is a trusted proxy, and begins with it elsewhere.
 */
export function requestHeaders(
  { rawHeaders, headers }: IncomingHead,
  origin: Origin,
  issuers: OwnIssuers,
): string[] {
  const named = connectionTokens(headers.connection);
  const sent: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || named.has(key) || isKeptBack(key, origin.trusted)) continue;
    const value = withoutOwnCredentials(key, rawHeaders[index + 1] ?? '', issuers);
    if (value !== undefined) sent.push(name, value);
  }
  const host = headers.host ?? '';
  if (host !== '') sent.push('host', host);
  const told = origin.trusted ? headers : {};
  const before = told['x-forwarded-for'];
  sent.push(
    'x-forwarded-for',
    before === undefined ? origin.remoteAddress : `${String(before)}, ${origin.remoteAddress}`,
    'x-forwarded-host',
    String(told['x-forwarded-host'] ?? host),
    'x-forwarded-proto',
    String(told['x-forwarded-proto'] ?? 'http'),
    'x-forwarded-prefix',
    origin.prefix,
  );
  return sent;
}

/** Many frameworks read `x_real_ip` as `x-real-ip`. */
function isKeptBack(key: string, trusted: boolean): boolean {
  const name = key.includes('_') ? key.replaceAll('_', '-') : key;
  return REPLACED.has(name) || name.startsWith(OURS) || (!trusted && name.startsWith(FORWARDED));
}

/** A replica answered what is no HTTP; nothing of it goes to the client. */
export class MalformedAnswer extends Error {
  readonly code = 'MALFORMED_ANSWER';
}

/** Status and headers of an answer as the client gets them; headers are flat. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: string[];
}

/**
 * The final answer of a replica for the client: its headers, bytes unchanged, without the hop-by-hop ones. Throws
 * {@link MalformedAnswer} for a status that is none of a final answer (RFC 9110 §15: 200 to 599) and for headers that
 * cannot be written.
 */
export function answerHead(status: number, raw: readonly (Buffer | string)[]): AnswerHead {
  if (!(status >= 200 && status <= 599)) throw new MalformedAnswer(`status ${status}`);
  return { status, headers: responseHeaders(raw) };
}

/** Headers for the client, flat: those of the replica, bytes unchanged, without the hop-by-hop ones. */
export function responseHeaders(raw: readonly (Buffer | string)[]): string[] {
  const all = texts(raw);
  const named = connectionTokens(all.find((_, index) => isConnection(all[index - 1], index)));
  const sent: string[] = [];
  for (let index = 0; index + 1 < all.length; index += 2) {
    const name = all[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || named.has(key)) continue;
    sent.push(...checked(name, all[index + 1] ?? ''));
  }
  return sent;
}

/** The head of a 101 as the replica wrote it, its own reason left out; here the connection headers do belong to both sides. */
export function switchingHead(raw: readonly string[]): string {
  const lines = ['HTTP/1.1 101 Switching Protocols'];
  for (let index = 0; index + 1 < raw.length; index += 2)
    lines.push(checked(raw[index] ?? '', raw[index + 1] ?? '').join(': '));
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function checked(name: string, value: string): readonly [string, string] {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return [name, value];
  } catch {
    throw new MalformedAnswer('a header that is none');
  }
}

const texts = (raw: readonly (Buffer | string)[]): readonly string[] =>
  raw.map((part) => (typeof part === 'string' ? part : part.toString('latin1')));

const isConnection = (name: string | undefined, valueIndex: number): boolean =>
  valueIndex % 2 === 1 && name?.toLowerCase() === 'connection';

const NONE: ReadonlySet<string> = new Set();

/** Header names that `connection` lists, in lower case. */
function connectionTokens(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined || connection === 'keep-alive' || connection === 'close') return NONE;
  return new Set(connection.split(',').map((token) => token.trim().toLowerCase()));
}
