import { BlockList, isIP } from 'node:net';
import type { PodWire } from '@tessera/adapter-kubernetes';
import { ANNOTATIONS } from '@tessera/contracts-kubernetes';

/** Addresses to which the gateway may connect. */
export interface AddressRules {
  /**
   * For simulated kubelets only: their model servers listen on loopback addresses, which an annotation of the pod
   * gives. Everywhere else the annotation is ignored, because whoever may create a pod can write it.
   */
  readonly simulatedPods: boolean;
}

/** The serving address of a pod, or why it has none. */
export type ServingAddress =
  | { readonly address: string; readonly refused?: never }
  | { readonly address?: never; readonly refused: string };

/**
 * `<podIP>:<servingPort>`; an IPv6 address in brackets (RFC 3986 §3.2.2). Undefined until both are known. Rejects pods
 * on the host network, and addresses outside any pod network: loopback, link-local and the metadata services of clouds.
 */
export function servingAddress(pod: PodWire, rules: AddressRules): ServingAddress | undefined {
  const annotations = pod.metadata.annotations ?? {};
  const annotated = rules.simulatedPods ? annotations[ANNOTATIONS.servingAddress] : undefined;
  if (annotated !== undefined) return annotatedAddress(annotated);
  const port = annotations[ANNOTATIONS.servingPort];
  const { podIP, hostIP } = pod.status ?? {};
  if (port === undefined || podIP === undefined) return undefined;
  if (!isPort(port)) return { refused: 'has a serving port that is no port' };
  if (isIP(podIP) === 0) return { refused: 'has an address that is no IP address' };
  if (!rules.simulatedPods && (pod.spec.hostNetwork === true || podIP === hostIP))
    return { refused: 'uses the network of its node, to which no traffic is sent' };
  if (!rules.simulatedPods && isNoPodAddress(podIP))
    return { refused: 'has an address to which no traffic is sent' };
  return { address: isIP(podIP) === 6 ? `[${podIP}]:${port}` : `${podIP}:${port}` };
}

/** `<ip>:<port>` as simulated kubelets write it: on the loopback network only. */
function annotatedAddress(text: string): ServingAddress {
  const colon = text.lastIndexOf(':');
  const [ip, port] = [text.slice(0, colon), text.slice(colon + 1)];
  return isPort(port) && isIP(ip) === 4 && ip.startsWith('127.')
    ? { address: text }
    : { refused: 'has a serving address that is none of a simulated pod' };
}

const isPort = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;

/** Networks in which no pod can be (RFC 6890), and where clouds serve the credentials of the machine. */
const NO_PODS: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['224.0.0.0', 3],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  ['::', 127],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
  ['fe80::', 10],
  ['ff00::', 8],
  ['fd00:ec2::', 32],
];

/** Two lists: a check of an IPv4 address also finds it in ranges of IPv4-mapped IPv6 addresses. */
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
const typeOf = (ip: string): 'ipv4' | 'ipv6' => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');
for (const [network, bits] of NO_PODS) blocked[typeOf(network)].addSubnet(network, bits, typeOf(network));

const isNoPodAddress = (ip: string): boolean => ip.includes('%') || blocked[typeOf(ip)].check(ip, typeOf(ip));
