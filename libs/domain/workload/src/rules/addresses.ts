import { given } from '../compile/ignored-fields';
import type { ExposedUrl, InferenceSpec, Port } from '../spec';
import { urlHost } from '../guardrails/exposed-hosts';
import { withoutLastSlashes } from '../slashes';
import type { Report } from './violation';

/** What only one workload at a time can have: a port of all nodes of its cluster, or a URL, with its whole host. */
export interface Address {
  /** Path in the request body. */
  readonly field: string;
  readonly kind: 'node-port' | 'url' | 'host';
  /** Equal where the same is meant, however it is written. */
  readonly value: string;
}

/** The addresses that a spec asks for by name; those that are chosen for it are not among them. */
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
 * What a workload has to itself as long as it lives: node ports, and the hosts of its URLs, whatever their scheme, port and
 * path. `hostFor` gives the host that is made for a container port where a request gives no URL.
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

/** That somebody else has the address. Who has it is not said: the caller may not be meant to know. */
export const addressConflict = ({ kind, value }: Address): string =>
  `${WHAT[kind]} ${value} is already in use`;

/** No address twice in one spec. */
export function addressRules(spec: InferenceSpec, report: Report): void {
  const first = new Map<string, string>();
  for (const { field, kind, value } of addressesOf(spec)) {
    const key = `${kind} ${value}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, field);
    else report(field, `${WHAT[kind]} ${value} is asked for by ${before} already`);
  }
}
