import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** One address of a scheduler. */
export interface SchedulerAddress {
  /** The configured URL: host name for TLS and the Host header, and the port. */
  readonly url: string;
  /** IP address; absent where the host name is not resolved. */
  readonly ip?: string;
}

/** A resolver of host names to all their addresses. */
export type ResolveAll = (
  host: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>;

const systemResolver: ResolveAll = (host) => lookup(host, { all: true });

/**
 * Every address behind the URLs: a host name, such as that of a headless Service, stands for all its addresses, of one
 * family, so that a scheduler with two gets each message once. Rejects where a name cannot be resolved.
 */
export async function addressesOf(
  urls: readonly string[],
  resolve: ResolveAll = systemResolver,
): Promise<readonly SchedulerAddress[]> {
  const found = new Map<string, SchedulerAddress>();
  for (const url of urls) {
    const { hostname, port, protocol } = new URL(url);
    const host = hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 || host === 'localhost') found.set(`${host} ${port}`, { url });
    else {
      const all = await resolve(host);
      const family = all.some((one) => one.family === 4) ? 4 : 6;
      for (const { address } of all.filter((one) => one.family === family))
        found.set(`${address} ${port || protocol}`, { url, ip: address });
    }
  }
  return [...found.values()];
}
