import type { IncomingHttpHeaders } from 'node:http';
import type { ServingAccess } from '@tessera/domain-workload/access';
import type { HttpError } from '@tessera/platform-http';
import type { GuardedWorkload } from '../access/caller';
import { destinationOfMetadata } from '../grpc/destination';
import { noHost, noRoute, serviceWorkerOutOfScope } from '../proxy/answers';
import type { Mount } from '../proxy/confinement';
import { labelOfHost, parseRoute, plainHost } from './route';
import type { RoutingTable } from './routing-table';
import type { Workload } from './workload';

/** The workload that a request addresses, whether it exists or not. */
export interface Destination {
  readonly workload: Workload | undefined;
  /** Path and query for the replica. */
  readonly path: string;
  readonly mount: Mount;
  /** Port of the pods; absent for that of the model server. */
  readonly port?: number | undefined;
  /** Who may call this address; absent for the rules of the workload. */
  readonly access?: ServingAccess | undefined;
}

export interface AddressesOptions {
  readonly table: RoutingTable;
  /** Workloads have hosts below this domain; undefined where they have path prefixes instead. */
  readonly domain: string | undefined;
  /** Parent host of exposed URLs; undefined where those do not lead to the gateway. */
  readonly exposedBase: string | undefined;
}

type Head = { readonly url?: string | undefined; readonly headers: IncomingHttpHeaders };

/** Resolves the addresses of workloads: hosts or path prefixes, exposed URLs, and metadata of gRPC calls. */
export class Addresses {
  constructor(private readonly options: AddressesOptions) {}

  /** Whether the host is, or could be, that of an exposed URL. */
  isExposed({ headers: { host = '' } }: Head): boolean {
    const { table, exposedBase } = this.options;
    const name = plainHost(host);
    return table.isExposed(name) || (exposedBase !== undefined && name.endsWith(`.${exposedBase}`));
  }

  /** The workload that host, path or metadata address; an error where they cannot address any. */
  destinationOf(request: Head): Destination | HttpError {
    const { url = '/', headers } = request;
    const { table, domain } = this.options;
    const { host = '' } = headers;
    const mount = { prefix: '', host };
    if (this.isExposed(request)) {
      const found = table.findByHost(plainHost(host), url);
      const { port, access } = found?.exposed ?? {};
      return { workload: found?.workload, path: url, mount, port, access };
    }
    if (domain !== undefined) {
      const label = labelOfHost(host, domain);
      if (label === undefined) return destinationOfMetadata(table, url, headers) ?? noHost(domain);
      return { workload: table.findByLabel(label), path: url, mount };
    }
    const called = destinationOfMetadata(table, url, headers);
    if (called !== undefined) return called;
    const route = parseRoute(url);
    if (route === undefined) return noRoute();
    const { project, workload, path } = route;
    const prefix = `/${project}/${workload}`;
    // The scope of this service worker would be the whole project.
    if (headers['service-worker'] !== undefined && !url.startsWith(`${prefix}/`))
      return serviceWorkerOutOfScope();
    return { workload: table.find(project, workload), path, mount: { prefix, host } };
  }
}

/** Whether the model server speaks gRPC at this address. */
export const servesGrpc = ({ workload, port }: Pick<Destination, 'workload' | 'port'>): boolean =>
  workload?.protocol === 'grpc' && port === undefined;

/**
 * An exposed URL with access rules of its own is reachable from outside the cluster, whatever the endpoint's rules are.
 */
export const guardedWorkload = ({ workload, access }: Destination): GuardedWorkload | undefined =>
  workload === undefined || access === undefined
    ? workload
    : { access, id: workload.id, isPublished: true, project: workload.project };
