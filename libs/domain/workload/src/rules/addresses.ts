import { given } from '../compile/ignored-fields';
import type { ExposedUrl, InferenceSpec, Port } from '../spec';
import { urlHost } from '../guardrails/exposed-hosts';
import { withoutLastSlashes } from '../slashes';
import type { Report } from './violation';

/** An address that only one workload at a time can use: a node port of its cluster, or a URL with its whole host. */
export interface Address {
  /** Path in the request body. */
  readonly field: string;
  readonly kind: 'node-port' | 'url' | 'host';
  /** Normalised value: equal for different spellings of the same address. */
  readonly value: string;
}

/** The addresses that a spec requests explicitly; generated ones are not included. */
export function addressesOf(spec: InferenceSpec | null | undefined): readonly Address[] {
  const { ports, exposedUrls, servingPort } = spec ?? {};
  return [
    ...given<Port>(ports, 'spec.ports').flatMap(({ item, at }) =>
      item.serviceType === 'NodePort' && typeof item.external === 'number'
        ? [{ field: `${at}.external`, kind: 'node-port' as const, value: String(item.external) }]
        : [],
    ),
    ...given<ExposedUrl>(exposedUrls, 'spec.exposedUrls').flatMap(({ item, at }) =>
      urlAddress(item.url, `${at}.url`),
    ),
    ...urlAddress(servingPort?.exposedUrl, 'spec.servingPort.exposedUrl'),
  ];
}

/**
 * Addresses that a workload claims exclusively during its lifetime: node ports, and the hosts of its URLs, whatever
 * their scheme, port and path. `hostFor` gives the generated host of a container port for a request without a URL.
 */
export function claimsOf(
  spec: InferenceSpec | null | undefined,
  hostFor: (container: number) => string | undefined,
): readonly Address[] {
  const made = given<ExposedUrl>(spec?.exposedUrls, 'spec.exposedUrls').flatMap(({ item, at }) => {
    const host = item.url || typeof item.container !== 'number' ? undefined : hostFor(item.container);
    return host === undefined ? [] : [{ field: at, kind: 'host' as const, value: host }];
  });
  const claims = new Map<string, Address>();
  for (const address of [...addressesOf(spec).map(withHost), ...made]) {
    const key = `${address.kind} ${address.value}`;
    if (!claims.has(key)) claims.set(key, address);
  }
  return [...claims.values()];
}

function withHost(address: Address): Address {
  const host = address.kind === 'url' ? urlHost(address.value) : undefined;
  return host === undefined ? address : { ...address, kind: 'host', value: host };
}

const urlAddress = (url: string | null | undefined, field: string): readonly Address[] =>
  url ? [{ field, kind: 'url', value: sameUrl(url) }] : [];

/** Scheme and host in lower case, without the scheme's own port and a slash at the end. */
function sameUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  return withoutLastSlashes(new URL(text).href);
}

const WHAT = { 'node-port': 'the node port', url: 'the URL', host: 'the host' } as const;

/** Message for an address in use. It does not name the other workload, which the caller may not have access to. */
export const addressConflict = ({ kind, value }: Address): string =>
  `${WHAT[kind]} ${value} is already in use`;

/** Reports addresses that occur twice in one spec. */
export function addressRules(spec: InferenceSpec, report: Report): void {
  const first = new Map<string, string>();
  for (const { field, kind, value } of addressesOf(spec)) {
    const key = `${kind} ${value}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, field);
    else report(field, `${WHAT[kind]} ${value} is already used by ${before}`);
  }
}
