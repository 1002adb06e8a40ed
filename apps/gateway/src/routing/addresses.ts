import type { IncomingHttpHeaders } from 'node:http';
import type { ServingAccess } from '@tessera/domain-workload/access';
import type { HttpError } from '@tessera/platform-http';
import type { Guarded } from '../access/caller';
import { namedByMetadata } from '../grpc/named';
import { noHost, noRoute, noWorker } from '../proxy/answers';
import type { Place } from '../proxy/confinement';
import { labelOfHost, parseRoute, plainHost } from './route';
import type { RoutingTable } from './routing-table';
import type { Workload } from './workload';

/** What a request names, whether it exists or not. */
export interface Named {
  readonly workload: Workload | undefined;
  /** Path and query for the replica. */
  readonly path: string;
  readonly place: Place;
  /** Port of the pods; absent for that of the model server. */
  readonly port?: number | undefined;
  /** Who may call it; absent for the rules of the workload. */
  readonly access?: ServingAccess | undefined;
}

export interface AddressesOptions {
  readonly table: RoutingTable;
  /** Workloads have hosts below it instead of paths; undefined for the path form. */
  readonly domain: string | undefined;
  /** Host below which URLs that workloads ask for have theirs; undefined where they do not lead here. */
  readonly exposedBase: string | undefined;
}

type Head = { readonly url?: string | undefined; readonly headers: IncomingHttpHeaders };

/** The addresses of workloads: their hosts or paths, and the URLs that they ask for. */
export class Addresses {
  constructor(private readonly options: AddressesOptions) {}

  /** Whether the host is that of a URL that a workload asked for, or could be. */
  isExposed({ headers: { host = '' } }: Head): boolean {
    const { table, exposedBase } = this.options;
    const name = plainHost(host);
    return table.isExposed(name) || (exposedBase !== undefined && name.endsWith(`.${exposedBase}`));
  }

  /** What host or path name; an error for what can be no name. */
  named(request: Head): Named | HttpError {
    const { url = '/', headers } = request;
    const { table, domain } = this.options;
    const { host = '' } = headers;
    const place = { prefix: '', host };
    if (this.isExposed(request)) {
      const { workload, exposed } = table.findByHost(plainHost(host), url) ?? {};
      return { workload, path: url, place, port: exposed?.port, access: exposed?.access };
    }
    if (domain !== undefined) {
      const label = labelOfHost(host, domain);
      if (label === undefined) return namedByMetadata(table, url, headers) ?? noHost(domain);
      return { workload: table.findByLabel(label), path: url, place };
    }
    const called = namedByMetadata(table, url, headers);
    if (called !== undefined) return called;
    const route = parseRoute(url);
    if (route === undefined) return noRoute();
    const { project, workload, path } = route;
    const prefix = `/${project}/${workload}`;
    // Its scope would be that of the whole project.
    if (headers['service-worker'] !== undefined && !url.startsWith(`${prefix}/`)) return noWorker();
    return { workload: table.find(project, workload), path, place: { prefix, host } };
  }
}

/** Whether the model server speaks gRPC there. */
export const servesGrpc = ({ workload, port }: Pick<Named, 'workload' | 'port'>): boolean =>
  workload?.protocol === 'grpc' && port === undefined;

/** An address with rules of its own is for callers outside of the cluster too, whatever those of the endpoint are. */
export const guarded = ({ workload, access }: Named): Guarded | undefined =>
  workload === undefined || access === undefined
    ? workload
    : { access, id: workload.id, isPublished: true, project: workload.project };
