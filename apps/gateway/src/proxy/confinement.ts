import { setsMark } from '../affinity/session-cookie';

/** The part of an origin that a workload has: all of it, or in path form what lies below its prefix. */
export interface Place {
  /** `/<project>/<workload>`; empty where the workload has a host of its own. */
  readonly prefix: string;
  /** Host of the request, with its port. */
  readonly host: string;
  /** The workloads of all callers share the path as well. */
  readonly shared?: boolean;
  /** The gateway answers CORS for this request, so that what the replica says of it does not count. */
  readonly cors?: boolean;
  /** What the gateway states of limits in this answer, flat; what the replica states would contradict it. */
  readonly rates?: readonly string[];
  /** `set-cookie` of the gateway for the session of the client. */
  readonly sessionCookie?: string;
}

/** The place of one answer. `rates`: what the gateway states of limits in it, where it states something. */
export const answeredAt = (
  { prefix, host, shared = false }: Place,
  cors: boolean,
  rates: readonly string[],
): Place => (rates.length === 0 ? { prefix, host, shared, cors } : { prefix, host, shared, cors, rates });

/** What a response says of its whole origin, which in path form other workloads share. */
const ORIGIN_WIDE = new Set([
  'alt-svc',
  'clear-site-data',
  'nel',
  'report-to',
  'service-worker-allowed',
  'strict-transport-security',
]);
const CORS = 'access-control-';
const RATES = 'x-ratelimit-';

/**
 * The value of a response header as the client may get it, so that one workload cannot touch another; undefined where it
 * may not get it. Cookies stay with the host, and in path form below the prefix; redirects lead below the prefix.
 */
export function confined(key: string, value: string, place: Place): string | undefined {
  if (place.cors === true && key.startsWith(CORS)) return undefined;
  if (place.rates !== undefined && key.startsWith(RATES)) return undefined;
  if (place.shared === true && (key === 'set-cookie' || key === 'location' || ORIGIN_WIDE.has(key)))
    return undefined;
  if (key === 'set-cookie' && setsMark(value)) return undefined;
  if (key === 'set-cookie') return confinedCookie(value, place.prefix);
  if (place.prefix === '') return value;
  if (key === 'location') return confinedLocation(value, place);
  return ORIGIN_WIDE.has(key) ? undefined : value;
}

/** Without Domain, which would send it to the hosts of other workloads; the path always stands there (RFC 6265 §5.2). */
function confinedCookie(value: string, prefix: string): string {
  const [pair = '', ...attributes] = value.split(';');
  const kept = attributes.filter((one) => !/^\s*(domain|path)\s*(=|$)/i.test(one));
  const path = attributes.flatMap((one) => /^\s*path\s*=\s*(\/.*?)\s*$/i.exec(one)?.[1] ?? []).at(-1);
  if (prefix === '') return [pair, ...kept, ...(path === undefined ? [] : [` Path=${path}`])].join(';');
  return [pair, ...kept, ` Path=${below(prefix, path ?? '/')}`].join(';');
}

/** A path, or a URL of the same host, below the prefix; other addresses as they are. */
function confinedLocation(value: string, { prefix, host }: Place): string {
  if (/^\/(?![/\\])/.test(value)) return below(prefix, value);
  const origin = /^https?:\/\/[^/?#]*/i.exec(value)?.[0];
  if (origin === undefined || origin.replace(/^https?:\/\//i, '').toLowerCase() !== host.toLowerCase())
    return value;
  const rest = value.slice(origin.length);
  return origin + below(prefix, rest.startsWith('/') ? rest : `/${rest}`);
}

/** Some servers know their prefix from `x-forwarded-prefix`. */
const below = (prefix: string, path: string): string =>
  path === prefix || path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}?`) ? path : prefix + path;
