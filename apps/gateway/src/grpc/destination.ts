import type { IncomingHttpHeaders } from 'node:http';
import type { HttpError } from '@tessera/platform-http';
import { noMetadata } from '../proxy/answers';
import type { Destination } from '../routing/addresses';
import type { RoutingTable } from '../routing/routing-table';
import { isBareMethod, isGrpc, workloadOfMetadata } from './call';

/**
 * The destination of a gRPC call by its metadata. Undefined for other requests, and for calls whose path begins with
 * that of a workload.
 */
export function destinationOfMetadata(
  table: Pick<RoutingTable, 'find'>,
  url: string,
  headers: IncomingHttpHeaders,
): Destination | HttpError | undefined {
  if (!isGrpc(headers)) return undefined;
  const names = workloadOfMetadata(headers);
  if (names === undefined) return isBareMethod(url) ? noMetadata() : undefined;
  const workload = table.find(names.project, names.name);
  return { workload, path: url, mount: { prefix: '', host: headers.host ?? '' } };
}
