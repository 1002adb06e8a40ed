import { given } from '../realisation/omissions';
import type { ExposedUrl, InferenceSpec, Port } from '../spec';
import { withoutLastSlashes } from '../slashes';
import type { Report } from './violation';

/** What only one workload at a time can have: a port of all nodes of its cluster, or a URL. */
export interface Address {
  /** Path in the request body. */
  readonly field: string;
  readonly kind: 'node-port' | 'url';
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

const urlAddress = (url: string | null | undefined, field: string): readonly Address[] =>
  url ? [{ field, kind: 'url', value: sameUrl(url) }] : [];

/** Scheme and host in lower case, without the scheme's own port and a slash at the end. */
function sameUrl(text: string): string {
  if (!URL.canParse(text)) return text;
  return withoutLastSlashes(new URL(text).href);
}

const WHAT = { 'node-port': 'the node port', url: 'the URL' } as const;

/** That somebody else has the address. Who has it is not said: the caller may not be meant to know. */
export const addressTaken = ({ kind, value }: Address): string => `${WHAT[kind]} ${value} is already in use`;

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
