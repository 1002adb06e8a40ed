import { sameHost } from './patterns';

/** Hosts of the platform, against which exposed URLs are checked. */
export interface ExposedHosts {
  /** Base host below which every workload may have a host; absent means no workload may. */
  readonly base?: string | undefined;
  /** Hosts of the platform's own services. */
  readonly reserved: readonly string[];
  /** Domain below which every workload has a host at the gateway; nobody asks for one of these. */
  readonly servingDomain?: string | undefined;
}

const PATTERN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The normalised host of an http or https URL; undefined where the text has no valid DNS host. */
export function urlHost(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  const host = sameHost(hostname);
  return (protocol === 'http:' || protocol === 'https:') && PATTERN.test(host) ? host : undefined;
}

/** True for a host below the base, not for the base itself. */
export const isBelowBase = (host: string, base: string | undefined): boolean =>
  base !== undefined && host.endsWith(`.${sameHost(base)}`);
