import { pathOf } from '@tessera/platform-http';
import type { KubernetesConnection } from './connection';

/** What a log is to hold, in the words of the Kubernetes API. */
export interface PodLogQuery {
  readonly container?: string | undefined;
  readonly tailLines?: number | undefined;
  readonly sinceSeconds?: number | undefined;
  readonly timestamps?: boolean | undefined;
  readonly previous?: boolean | undefined;
  readonly follow?: boolean | undefined;
}

/** What a container of the pod wrote, as it comes. Rejects with the API's error where there is no such pod or container. */
export const podLog = async (
  connection: KubernetesConnection,
  pod: { readonly namespace: string; readonly name: string },
  query: PodLogQuery,
  signal: AbortSignal,
): Promise<AsyncIterable<Buffer>> =>
  connection.stream(
    `/api/v1/${pathOf('namespaces', pod.namespace, 'pods', pod.name, 'log')}`,
    { ...query },
    signal,
  );
