import { BlockList, isIP, isIPv4 } from 'node:net';

/** Proxies whose `X-Forwarded-For` header is trusted. */
export interface TrustedProxies {
  /** True if the normalised address belongs to a trusted proxy. */
  has(address: string): boolean;
}

/** Maximum number of hops that are read, from the right. */
const MOST_HOPS = 32;
const MAPPED = /^::ffff:(.+)$/i;
const IPV6_BITS = 128;
const IPV4_BITS = 32;
/** Without proxies nobody is one: the check would cost a request several microseconds. */
const NOBODY: TrustedProxies = { has: () => false };

/** The addresses and CIDR ranges of `TESSERA_TRUSTED_PROXIES`; throws for an entry that is neither. */
export function trustedProxies(entries: readonly string[]): TrustedProxies {
  const ranges = new BlockList();
  for (const entry of entries) {
    const [, given = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
    const address = normalised(given);
    if (address === undefined) throw new Error(`"${entry}" is neither an address nor a CIDR range`);
    const [type, width] = isIPv4(address) ? (['ipv4', IPV4_BITS] as const) : (['ipv6', IPV6_BITS] as const);
    // The prefix length of an IPv4-mapped range counts from the start of the IPv6 address.
    const extra = type === 'ipv4' && !isIPv4(given) ? IPV6_BITS - IPV4_BITS : 0;
    ranges.addSubnet(address, bits === undefined ? width : Number(bits) - extra, type);
  }
  if (entries.length === 0) return NOBODY;
  return {
    has: (address) => isIP(address) !== 0 && ranges.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
  };
}

/**
 * The address of the client behind the trusted proxies: from the right, the first address that is no trusted proxy.
 * Everything left of it was written by the client and is ignored. `remote` is the peer of the connection; without a
 * connection the result is `unknown`. IPv4-mapped IPv6 addresses are returned as IPv4.
 */
export function clientAddress(
  remote: string | undefined,
  forwardedFor: string | readonly string[] | undefined,
  trusted: TrustedProxies,
): string {
  let client = normalised(remote ?? '');
  if (client === undefined) return 'unknown';
  if (forwardedFor === undefined || !trusted.has(client)) return client;
  const hops = [forwardedFor].flat().join(',').split(',').slice(-MOST_HOPS).reverse();
  for (const hop of hops) {
    const address = normalised(withoutPort(hop.trim()));
    // An invalid entry ends the chain; the last valid address is the best answer.
    if (address === undefined) return client;
    client = address;
    if (!trusted.has(address)) return client;
  }
  return client;
}

/** Strips the port from `192.0.2.1:4711` and `[2001:db8::1]:4711`, as some proxies write them. */
function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]{1,64})\](?::\d{1,5})?$/.exec(hop);
  if (bracketed !== null) return bracketed[1] ?? '';
  const colon = hop.indexOf(':');
  return colon > 0 && colon === hop.lastIndexOf(':') ? hop.slice(0, colon) : hop;
}

/** Normalises an address; undefined if it is invalid. */
function normalised(text: string): string | undefined {
  const address = (text.split('%', 1)[0] ?? '').toLowerCase();
  const mapped = MAPPED.exec(address)?.[1];
  if (mapped !== undefined && isIPv4(mapped)) return mapped;
  if (isIPv4(address)) return address;
  if (isIP(address) === 0) return undefined;
  // The URL parser compresses IPv6 addresses as in RFC 5952.
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const hex = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short);
  if (hex === null) return short;
  const [high, low] = [parseInt(hex[1] ?? '0', 16), parseInt(hex[2] ?? '0', 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** True if the peer of the connection is a trusted proxy, in any spelling of its address. */
export function isTrustedProxy(remote: string | undefined, trusted: TrustedProxies): boolean {
  if (trusted === NOBODY) return false;
  const address = normalised(remote ?? '');
  return address !== undefined && trusted.has(address);
}
