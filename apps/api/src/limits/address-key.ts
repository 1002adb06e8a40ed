import { isIPv6 } from 'node:net';

const GROUPS = 8;
/** Groups of an IPv6 address that identify a network; one customer owns all addresses in it. */
const NETWORK_GROUPS = 4;

/** The key of a client address in limits: an IPv4 address itself, an IPv6 address by its /64. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) return address;
  const [front = '', back] = address.split('::');
  const before = front === '' ? [] : front.split(':');
  const after = back === undefined || back === '' ? [] : back.split(':');
  const zeros = Array.from({ length: Math.max(0, GROUPS - before.length - after.length) }, () => '0');
  const groups = back === undefined ? before : [...before, ...zeros, ...after];
  return `${groups.slice(0, NETWORK_GROUPS).join(':')}::/64`;
}
