import { setsMark } from '../affinity/session-cookie';

/**
 * Where a workload is mounted in the URL space of the gateway: at a host of its own, or below a path prefix. A response
 * may affect nothing outside it. With the headers that the gateway adds to the response.
 */
export interface Mount {
  /** `/<project>/<workload>`; empty where the workload has a host of its own. */
  readonly prefix: string;
  /** Host of the request, with its port. */
  readonly host: string;
  /** The path is that of the endpoint for all models, which all workloads share. */
  readonly shared?: boolean;
  /** The gateway handles CORS for this request; CORS headers of the replica are dropped. */
  readonly cors?: boolean;
  /** Rate limit headers of the gateway, flat; those of the replica are dropped. */
  readonly rates?: readonly string[];
  /** `set-cookie` of the gateway with the session of the client. */
  readonly sessionCookie?: string;
}

/**
 * The mount for one response. `rates`: rate limit headers of the gateway; those of the replica stay where it is empty.
 */
export const responseMount = (
  { prefix, host, shared = false }: Mount,
  cors: boolean,
  rates: readonly string[],
): Mount => (rates.length === 0 ? { prefix, host, shared, cors } : { prefix, host, shared, cors, rates });

/** Headers that affect the whole origin, which workloads below a path prefix share with others. */
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
 * The value of a response header for the client, confined so that one workload cannot affect another; undefined where
 * the header must be dropped. Cookies are valid for the host only, and below the prefix; redirects stay below the
 * prefix.
 */
export function confined(key: string, value: string, mount: Mount): string | undefined {
  if (mount.cors === true && key.startsWith(CORS)) return undefined;
  if (mount.rates !== undefined && key.startsWith(RATES)) return undefined;
  if (mount.shared === true && (key === 'set-cookie' || key === 'location' || ORIGIN_WIDE.has(key)))
    return undefined;
  if (key === 'set-cookie' && setsMark(value)) return undefined;
  if (key === 'set-cookie') return confinedCookie(value, mount.prefix);
  if (mount.prefix === '') return value;
  if (key === 'location') return confinedLocation(value, mount);
  return ORIGIN_WIDE.has(key) ? undefined : value;
}

/** Drops Domain, with which the cookie would reach hosts of other workloads; always sets Path (RFC 6265 §5.2). */
function confinedCookie(value: string, prefix: string): string {
  const [pair = '', ...attributes] = value.split(';');
  const kept = attributes.filter((one) => !/^\s*(domain|path)\s*(=|$)/i.test(one));
  const path = attributes.flatMap((one) => /^\s*path\s*=\s*(\/.*?)\s*$/i.exec(one)?.[1] ?? []).at(-1);
  if (prefix === '') return [pair, ...kept, ...(path === undefined ? [] : [` Path=${path}`])].join(';');
  return [pair, ...kept, ` Path=${below(prefix, path ?? '/')}`].join(';');
}

/** Moves a path, or a URL of the same host, below the prefix; other URLs stay unchanged. */
function confinedLocation(value: string, { prefix, host }: Mount): string {
  if (/^\/(?![/\\])/.test(value)) return below(prefix, value);
  const origin = /^https?:\/\/[^/?#]*/i.exec(value)?.[0];
  if (origin === undefined || origin.replace(/^https?:\/\//i, '').toLowerCase() !== host.toLowerCase())
    return value;
  const rest = value.slice(origin.length);
  return origin + below(prefix, rest.startsWith('/') ? rest : `/${rest}`);
}

/** The path below the prefix. Servers that apply `x-forwarded-prefix` have added the prefix already. */
const below = (prefix: string, path: string): string =>
  path === prefix || path.startsWith(`${prefix}/`) || path.startsWith(`${prefix}?`) ? path : prefix + path;
