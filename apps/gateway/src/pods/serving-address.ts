import { BlockList, isIP } from 'node:net';
import type { PodWire } from '@tessera/adapter-kubernetes';
import { ANNOTATIONS } from '@tessera/contracts-kubernetes';

/** Addresses to which the gateway may connect. */
export interface AddressRules {
  /**
   * The pods run on simulated kubelets, whose model servers listen on the loopback addresses in an annotation of the
   * pod. Where this is false, the annotation is ignored, because everybody who may create pods can write it.
   */
  readonly simulatedPods: boolean;
}

/** The serving address of a pod, or why it has none. */
export type ServingAddress =
  | { readonly address: string; readonly refused?: never }
  | { readonly address?: never; readonly refused: string };

/**
 * `<podIP>:<servingPort>`, with an IPv6 address in brackets (RFC 3986 §3.2.2). Undefined until both are known. Refuses
 * pods on the host network, and addresses that no pod can have: loopback, link-local and the metadata services of
 * clouds.
 */
export function servingAddress(pod: PodWire, rules: AddressRules): ServingAddress | undefined {
  const annotations = pod.metadata.annotations ?? {};
  const annotated = rules.simulatedPods ? annotations[ANNOTATIONS.servingAddress] : undefined;
  if (annotated !== undefined) return annotatedAddress(annotated);
  const port = annotations[ANNOTATIONS.servingPort];
  const { podIP, hostIP } = pod.status ?? {};
  if (port === undefined || podIP === undefined) return undefined;
  if (!isPort(port)) return { refused: 'has an invalid serving port' };
  if (isIP(podIP) === 0) return { refused: 'has an invalid IP address' };
  if (!rules.simulatedPods && (pod.spec.hostNetwork === true || podIP === hostIP))
    return { refused: 'uses the host network, which the gateway does not send requests to' };
  if (!rules.simulatedPods && isNoPodAddress(podIP))
    return { refused: 'has an address outside any pod network, which the gateway does not send requests to' };
  return { address: isIP(podIP) === 6 ? `[${podIP}]:${port}` : `${podIP}:${port}` };
}

/** The address in the annotation of a simulated pod, `<ip>:<port>` on the loopback network. */
function annotatedAddress(text: string): ServingAddress {
  const colon = text.lastIndexOf(':');
  const [ip, port] = [text.slice(0, colon), text.slice(colon + 1)];
  return isPort(port) && isIP(ip) === 4 && ip.startsWith('127.')
    ? { address: text }
    : { refused: 'has a serving address outside the loopback network of simulated pods' };
}

const isPort = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;

/** Networks that contain no pods (RFC 6890), among them the metadata services of clouds, which serve credentials. */
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

/** Two lists, because a single one would also match IPv4 addresses against ranges of IPv4-mapped IPv6 addresses. */
const blocked = { ipv4: new BlockList(), ipv6: new BlockList() };
const typeOf = (ip: string): 'ipv4' | 'ipv6' => (isIP(ip) === 6 ? 'ipv6' : 'ipv4');
for (const [network, bits] of NO_PODS) blocked[typeOf(network)].addSubnet(network, bits, typeOf(network));

const isNoPodAddress = (ip: string): boolean => ip.includes('%') || blocked[typeOf(ip)].check(ip, typeOf(ip));
