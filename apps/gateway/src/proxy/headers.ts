import { validateHeaderName, validateHeaderValue, type IncomingHttpHeaders } from 'node:http';
import { withoutMark } from '../affinity/session-cookie';
import type { Caller } from '../access/caller';
import { credentialOf } from '../access/credential';
import { confined, type Place } from './confinement';
import { withoutOwnCredentials, type OwnIssuers, type Withheld } from './credentials';

/** Hop-by-hop headers (RFC 9110 §7.6.1), which are set anew on each side. */
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
 * Set by the gateway. Its own server has answered `expect`; the others state the origin of a request, which a client
 * cannot.
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

/** The client side, as `x-forwarded-*` states it. */
export interface Origin {
  /** The peer of the connection. */
  readonly remoteAddress: string;
  /** Of the connection. */
  readonly scheme: 'http' | 'https';
  /** The peer is a trusted proxy: what it states about its client is trusted. */
  readonly trusted: boolean;
  /** `/<project>/<workload>`, for links that the replica generates; empty where the workload has a host of its own. */
  readonly prefix: string;
  /** Whose accepted credential the request has; undefined for none. */
  readonly caller?: Caller | undefined;
  /** The replica gets the token by which the caller was accepted, in `authorization`; serving keys never. */
  readonly forwardsToken?: boolean;
}

/** The parts of a request that matter here. */
export interface IncomingHead {
  /** Name, value, name, value, as received. */
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
}

/**
 * Headers for the replica, flat like `rawHeaders`. Repeated ones stay repeated. Removed are hop-by-hop headers, also
 * those that `connection` names, credentials of the platform, and headers that only the gateway and trusted proxies may
 * set. `x-forwarded-for` is extended by the peer where that is a trusted proxy, and starts with it elsewhere.
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
    // The one that was judged, where the header is sent twice.
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

/** The credentials of a request that no pod sees but by the rule for the token of the caller. */
export const withheldOf = (
  headers: IncomingHttpHeaders,
  caller: Caller | undefined,
  issuers: OwnIssuers,
): Withheld => ({ issuers, accepted: caller === undefined ? undefined : credentialOf(headers)?.text });

const passesToken = ({ caller, forwardsToken }: Origin): boolean =>
  forwardsToken === true && caller !== undefined && caller.kind !== 'key';

/** Who calls, for the replica; clients cannot set these. Percent-encoded where a name is no plain ASCII text. */
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

/** Many frameworks read `x_real_ip` as `x-real-ip`. */
function isKeptBack(key: string, trusted: boolean): boolean {
  const name = key.includes('_') ? key.replaceAll('_', '-') : key;
  return REPLACED.has(name) || name.startsWith(OURS) || (!trusted && name.startsWith(FORWARDED));
}

/** A replica sent malformed HTTP; nothing of it is forwarded. */
export class MalformedAnswer extends Error {
  readonly code = 'MALFORMED_ANSWER';
}

/** Status and headers of a response as the client receives them; headers are flat. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: string[];
}

/**
 * The final response of a replica for the client: its headers, bytes unchanged, without the hop-by-hop ones. Throws
 * {@link MalformedAnswer} for a status that is not a final one (RFC 9110 §15: 200 to 599) and for headers that cannot
 * be written.
 */
export function answerHead(status: number, raw: readonly (Buffer | string)[], place: Place): AnswerHead {
  if (!(status >= 200 && status <= 599)) throw new MalformedAnswer(`status ${status}`);
  return { status, headers: responseHeaders(raw, place) };
}

/**
 * Headers for the client, flat: those of the replica without the hop-by-hop ones and those that only the gateway
 * sets, kept within the place of the workload.
 */
export function responseHeaders(raw: readonly (Buffer | string)[], place: Place): string[] {
  const all = texts(raw);
  const named = connectionTokens(all.find((_, index) => isConnection(all[index - 1], index)));
  const sent: string[] = [];
  for (let index = 0; index + 1 < all.length; index += 2) {
    const name = all[index] ?? '';
    const key = name.toLowerCase();
    if (HOP_BY_HOP.has(key) || named.has(key) || key.startsWith(OURS)) continue;
    const value = confined(key, all[index + 1] ?? '', place);
    if (value !== undefined) sent.push(...checked(name, value));
  }
  if (place.sessionCookie !== undefined) sent.push('set-cookie', place.sessionCookie);
  // These replace what was set before, so the origin is repeated beside what the replica says.
  if (place.cors === true) sent.push('vary', 'Origin');
  if (place.rates !== undefined) sent.push(...place.rates);
  return sent;
}

/** Fields that frame a message or are confined to its head (RFC 9110 §6.5.1). */
const NO_TRAILER = /^(?:content-|set-cookie$|location$|x-tessera-|access-control-)/;

/** Trailers for the client, by name; undefined where there are none. */
export function answerTrailers(
  raw: readonly (Buffer | string)[] | null | undefined,
  place: Place,
): Record<string, string> | undefined {
  if (raw === null || raw === undefined || raw.length === 0) return undefined;
  const flat = responseHeaders(raw, { ...place, cors: false, ...(place.rates && { rates: [] }) });
  const trailers: Record<string, string> = {};
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [name = '', value = ''] = [flat[index]?.toLowerCase(), flat[index + 1]];
    if (NO_TRAILER.test(name)) continue;
    trailers[name] = trailers[name] === undefined ? value : `${trailers[name]}, ${value}`;
  }
  return trailers;
}

/** Whether the sender of a request reads trailers. */
export const wantsTrailers = ({ te }: IncomingHttpHeaders): boolean =>
  te !== undefined && /(?:^|,)\s*trailers\s*(?:$|[,;])/i.test(String(te));

/**
 * The head of a 101 as the replica wrote it, without its reason phrase; here the connection headers do belong to both
 * sides.
 */
export function switchingHead(raw: readonly string[], place: Place): string {
  const lines = ['HTTP/1.1 101 Switching Protocols'];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? '';
    const key = name.toLowerCase();
    const value = key.startsWith(OURS) ? undefined : confined(key, raw[index + 1] ?? '', place);
    if (value !== undefined) lines.push(checked(name, value).join(': '));
  }
  if (place.sessionCookie !== undefined) lines.push(`set-cookie: ${place.sessionCookie}`);
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
