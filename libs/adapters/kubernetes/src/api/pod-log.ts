import type { PodLogQuery } from '@tessera/contracts-internal';
import { MAIN_CONTAINER } from '@tessera/contracts-kubernetes';
import { pathOf } from '@tessera/platform-http';
import type { KubernetesConnection } from './connection';

/**
 * Streams the output of a container of a replica; the user's by default, which the API server only chooses itself where
 * it is the only one. Rejects with the API's error if the pod or container does not exist.
 */
export const podLog = async (
  connection: KubernetesConnection,
  pod: { readonly namespace: string; readonly name: string },
  query: PodLogQuery,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> =>
  connection.stream(
    `/api/v1/${pathOf('namespaces', pod.namespace, 'pods', pod.name, 'log')}`,
    { ...query, container: query.container ?? MAIN_CONTAINER },
    signal,
  );
