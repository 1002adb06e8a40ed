import { validateHeaderName, validateHeaderValue, type IncomingHttpHeaders } from 'node:http';
import { withoutMark } from '../affinity/session-cookie';
import type { Caller } from '../access/caller';
import { credentialOf } from '../access/credential';
import { confined, type Mount } from './confinement';
import { withoutOwnCredentials, type OwnIssuers, type Withheld } from './credentials';

/** Hop-by-hop headers (RFC 9110 §7.6.1), which are not forwarded. */
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

/**
 * Headers that the gateway sets or handles itself: `expect`, and those about the origin of a request, which an
 * untrusted client must not set.
 */
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

/** The client side of a request, for the `x-forwarded-*` headers. */
export interface Origin {
  /** Address of the peer of the connection. */
  readonly remoteAddress: string;
  /** Scheme of the connection. */
  readonly scheme: 'http' | 'https';
  /** The peer is a trusted proxy: its `x-forwarded-*` headers are trusted. */
  readonly trusted: boolean;
  /** `/<project>/<workload>`, for links that the replica generates; empty where the workload has a host of its own. */
  readonly prefix: string;
  /** The authenticated caller; undefined for an anonymous request. */
  readonly caller?: Caller | undefined;
  /** `authorization` with the token of the caller is forwarded to the replica; a serving key never is. */
  readonly forwardsToken?: boolean;
}

/** The headers of a request. */
export interface IncomingHead {
  /** Name, value, name, value, as received. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
}

/**
 * Headers for the replica, flat like `rawHeaders`; repeated headers stay repeated. Removes hop-by-hop headers and those
 * that `connection` lists, credentials of the platform, and headers that only the gateway and trusted proxies may set.
 * The peer is appended to `x-forwarded-for` where it is a trusted proxy; otherwise the list starts with it.
 */
export function requestHeaders(
  { rawHeaders, headers }: IncomingHead,
  origin: Origin,
  issuers: OwnIssuers,
): string[] {
  const named = connectionTokens(headers.connection);
  const withheld = withheldOf(headers, origin.caller, issuers);
  const sent: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || named.has(key) || isKeptBack(key, origin.trusted)) continue;
    const given = rawHeaders[index + 1] ?? '';
    // Where the header is repeated, `headers` has the value that was authenticated.
    const isToken = key === 'authorization' && given === headers.authorization;
    const shown = key === 'cookie' ? withoutMark(given) : given;
    const value =
      shown === undefined || (isToken && passesToken(origin))
        ? shown
        : withoutOwnCredentials(key, shown, withheld);
    if (value !== undefined) sent.push(name, value);
  }
  const host = headers.host ?? '';
  if (host !== '') sent.push('host', host);
  const forwarded = origin.trusted ? headers : {};
  const before = forwarded['x-forwarded-for'];
  sent.push(
    'x-forwarded-for',
    before === undefined ? origin.remoteAddress : `${String(before)}, ${origin.remoteAddress}`,
    'x-forwarded-host',
    String(forwarded['x-forwarded-host'] ?? host),
    'x-forwarded-proto',
    String(forwarded['x-forwarded-proto'] ?? origin.scheme),
  );
  if (wantsTrailers(headers)) sent.push('te', 'trailers');
  if (origin.prefix !== '') sent.push('x-forwarded-prefix', origin.prefix);
  if (origin.caller !== undefined) sent.push(...callerHeaders(origin.caller));
  return sent;
}

/** The credentials of a request that are not forwarded, except the caller's token where the workload may receive it. */
export const withheldOf = (
  headers: IncomingHttpHeaders,
  caller: Caller | undefined,
  issuers: OwnIssuers,
): Withheld => ({ issuers, accepted: caller === undefined ? undefined : credentialOf(headers)?.text });

const passesToken = ({ caller, forwardsToken }: Origin): boolean =>
  forwardsToken === true && caller !== undefined && caller.kind !== 'key';

/**
 * Headers that identify the caller to the replica; clients cannot set them. Percent-encoded where not printable ASCII.
 */
const callerHeaders = ({ kind, id, name }: Caller): readonly string[] => [
  `${OURS}caller-kind`,
  kind,
  `${OURS}caller-id`,
  encoded(id),
  `${OURS}caller-name`,
  encoded(name),
];

const encoded = (text: string): string =>
  /^[!-$&-~]*$/.test(text) ? text : encodeURIComponent(Buffer.from(text).toString());

/** Whether a header of the client is dropped. Many frameworks read `x_real_ip` as `x-real-ip`, so `_` counts as `-`. */
function isKeptBack(key: string, trusted: boolean): boolean {
  const name = key.includes('_') ? key.replaceAll('_', '-') : key;
  return REPLACED.has(name) || name.startsWith(OURS) || (!trusted && name.startsWith(FORWARDED));
}

/** The replica's response is malformed HTTP and is not forwarded. */
export class MalformedAnswer extends Error {
  readonly code = 'MALFORMED_ANSWER';
}

/** Status and headers of a response as the client receives them; headers are flat. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: string[];
}

/**
 * The head of a replica's final response for the client; see {@link responseHeaders}. Throws {@link MalformedAnswer}
 * for a status outside 200 to 599 (RFC 9110 §15) and for invalid headers.
 */
export function answerHead(status: number, raw: readonly (Buffer | string)[], mount: Mount): AnswerHead {
  if (!(status >= 200 && status <= 599)) throw new MalformedAnswer(`status ${status}`);
  return { status, headers: responseHeaders(raw, mount) };
}

/**
 * Headers for the client, flat, bytes unchanged: those of the replica without hop-by-hop headers and headers that only
 * the gateway sets, confined to the mount of the workload, and those that the gateway adds.
 */
export function responseHeaders(raw: readonly (Buffer | string)[], mount: Mount): string[] {
  const all = texts(raw);
  const named = connectionTokens(all.find((_, index) => isConnection(all[index - 1], index)));
  const sent: string[] = [];
  for (let index = 0; index + 1 < all.length; index += 2) {
    const name = all[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || named.has(key) || key.startsWith(OURS)) continue;
    const value = confined(key, all[index + 1] ?? '', mount);
    if (value !== undefined) sent.push(...checked(name, value));
  }
  if (mount.sessionCookie !== undefined) sent.push('set-cookie', mount.sessionCookie);
  // Headers in `writeHead` replace those set before, so `vary: Origin` is repeated beside the replica's own `vary`.
  if (mount.cors === true) sent.push('vary', 'Origin');
  if (mount.rates !== undefined) sent.push(...mount.rates);
  return sent;
}

/** Fields that must not be trailers, because they frame a message or belong in its head (RFC 9110 §6.5.1). */
const NO_TRAILER = /^(?:content-|set-cookie$|location$|x-tessera-|access-control-)/;

/** Trailers for the client, by name; undefined where there are none. */
export function answerTrailers(
  raw: readonly (Buffer | string)[] | null | undefined,
  mount: Mount,
): Record<string, string> | undefined {
  if (raw === null || raw === undefined || raw.length === 0) return undefined;
  const flat = responseHeaders(raw, { ...mount, cors: false, ...(mount.rates && { rates: [] }) });
  const trailers: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [name = '', value = ''] = [flat[index]?.toLowerCase(), flat[index + 1]];
    if (NO_TRAILER.test(name)) continue;
    trailers[name] = trailers[name] === undefined ? value : `${trailers[name]}, ${value}`;
  }
  return trailers;
}

/** Whether the client announces that it reads trailers. */
export const wantsTrailers = ({ te }: IncomingHttpHeaders): boolean =>
  te !== undefined && /(?:^|,)\s*trailers\s*(?:$|[,;])/i.test(String(te));

/**
 * The head of a 101 response as the replica wrote it, except its reason phrase. The connection headers are kept here:
 * they are part of the upgrade.
 */
export function switchingHead(raw: readonly string[], mount: Mount): string {
  const lines = ['HTTP/1.1 101 Switching Protocols'];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const key = name.toLowerCase();
    const value = key.startsWith(OURS) ? undefined : confined(key, raw[index + 1] ?? '', mount);
    if (value !== undefined) lines.push(checked(name, value).join(': '));
  }
  if (mount.sessionCookie !== undefined) lines.push(`set-cookie: ${mount.sessionCookie}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function checked(name: string, value: string): readonly [string, string] {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return [name, value];
  } catch {
    throw new MalformedAnswer('invalid header');
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
