import { sameHost } from './patterns';

/** Hosts that the platform knows of, by which exposed URLs are told apart. */
export interface ExposedHosts {
  /** Host below which every workload may have one; none without it. */
  readonly base?: string | undefined;
  /** Hosts of the platform's own services. */
  readonly reserved: readonly string[];
}

const PATTERN = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/** The host of an http or https URL, as it is compared; undefined where the text has none that DNS could hold. */
export function urlHost(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname } = new URL(url);
  const host = sameHost(hostname);
  return (protocol === 'http:' || protocol === 'https:') && PATTERN.test(host) ? host : undefined;
}

/** Whether a host stands below the base: the base itself does not. */
export const isBelowBase = (host: string, base: string | undefined): boolean =>
  base !== undefined && host.endsWith(`.${sameHost(base)}`);
