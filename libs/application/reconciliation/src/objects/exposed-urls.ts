import { exposedHost } from '@tessera/contracts-kubernetes/exposed-host';
import type { ServingAccess } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import type { CompiledWorkload } from '../model/workload';

/** How URLs of workloads are built. */
export interface UrlSettings {
  /** Base address for URLs that are not given, `https://apps.example`; without it none are created. */
  readonly base?: string;
  /** They lead through the gateway of Tessera, which enforces who may call them. */
  readonly guarded?: boolean;
}

/** A URL of a workload and the container port behind it. */
export interface ExposedAddress {
  readonly name: string;
  readonly container: number;
  readonly access?: Exclude<ServingAccess, 'public'>;
  readonly url: string;
  readonly scheme: 'http' | 'https';
  /** Lower case, without a port. */
  readonly host: string;
  /** Begins with a slash. */
  readonly path: string;
  readonly authorizedUsers: readonly string[];
  readonly authorizedGroups: readonly string[];
  readonly toolType?: string;
  readonly toolName?: string;
}

export interface ExposedAddresses {
  readonly addresses: readonly ExposedAddress[];
  /** Why one of them has no address, with its field; undefined if all have one. */
  readonly problem?: string;
}

/** Host names that Ingress and HTTPRoute accept (RFC 1123, no IP address). */
const HOST =
  /^(?=.{1,253}$)(?!\d+(\.\d+){3}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;

/**
 * The addresses of the exposed URLs of a workload. A URL that is not given gets its own host below the base (see {@link
 * exposedHost}).
 */
export function exposedAddresses(
  { workload, intent }: CompiledWorkload,
  { base }: UrlSettings,
): ExposedAddresses {
  const addresses: ExposedAddress[] = [];
  for (const [index, asked] of intent.network.exposedUrls.entries()) {
    const { url: given, ...rest } = asked;
    const field = `spec.exposedUrls[${index}]`;
    if (given === undefined && base === undefined)
      return {
        addresses,
        problem: `${field}: no URL is given and the cluster has no base address for one (TESSERA_EXPOSED_URLS_BASE); give a URL`,
      };
    const parsed = parse(given ?? made(workload.ref, asked.container, base ?? ''));
    if (parsed === undefined)
      return {
        addresses,
        problem: `${field}.url: "${given}" is not the URL of a host that Kubernetes can route to`,
      };
    addresses.push({ ...rest, ...parsed });
  }
  return { addresses };
}

function made(
  ref: { readonly name: string; readonly projectName: string; readonly workloadId: string },
  container: number,
  base: string,
): string {
  const { protocol, host } = new URL(base);
  return `${protocol}//${exposedHost(ref, container, host)}/`;
}

function parse(url: string): Pick<ExposedAddress, 'url' | 'scheme' | 'host' | 'path'> | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, hostname, pathname, search, hash, username } = new URL(url);
  const scheme = protocol === 'http:' ? 'http' : protocol === 'https:' ? 'https' : undefined;
  if (scheme === undefined || !HOST.test(hostname) || search !== '' || hash !== '' || username !== '')
    return undefined;
  return { url, scheme, host: hostname, path: pathname };
}

/** A host at which the gateway serves a workload. */
export interface GuardedHost {
  readonly host: string;
  /** Requests whose path does not begin with it are not for the workload. */
  readonly path: string;
  /** Port of the pods; absent for that of the model server. */
  readonly port?: number;
  /** Who may call it; absent for the rules of the serving endpoint. */
  readonly access?: ServingAccess;
}

/** What the gateway needs of the addresses, and of the one of the serving endpoint. */
export function guardedHosts(
  { intent }: CompiledWorkload,
  addresses: readonly ExposedAddress[],
): readonly GuardedHost[] {
  const { exposedUrl, container: own } = intent.network.servingPort ?? {};
  const serving = exposedUrl === undefined ? undefined : parse(exposedUrl);
  return [
    ...(serving === undefined ? [] : [{ host: serving.host, path: serving.path }]),
    ...addresses.map(({ host, path, container, access = 'public' as const }) => ({
      ...{ host, path, access },
      ...maybe('port', container === own ? undefined : container),
    })),
  ];
}
