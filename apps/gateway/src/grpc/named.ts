import type { IncomingHttpHeaders } from 'node:http';
import type { HttpError } from '@tessera/platform-http';
import { noMetadata } from '../proxy/answers';
import type { Named } from '../routing/addresses';
import type { RoutingTable } from '../routing/routing-table';
import { isBareMethod, isGrpc, workloadOfMetadata } from './call';

/** What a call of gRPC names by its metadata; undefined for other requests, and where its path names a workload. */
export function namedByMetadata(
  table: Pick<RoutingTable, 'find'>,
  url: string,
  headers: IncomingHttpHeaders,
): Named | HttpError | undefined {
  if (!isGrpc(headers)) return undefined;
  const names = workloadOfMetadata(headers);
  if (names === undefined) return isBareMethod(url) ? noMetadata() : undefined;
  const workload = table.find(names.project, names.name);
  return { workload, path: url, place: { prefix: '', host: headers.host ?? '' } };
}
