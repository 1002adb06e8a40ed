import { connectKubernetes, type KubernetesConnection } from '@tessera/adapter-kubernetes';
import type { Json } from './client';
import type { Connection } from './platform';

const PODS = '/api/v1/namespaces/runai-project-1/pods';

/** Pods of project 1 as the Kubernetes API has them, whatever our own API says about them. */
export const podsInCluster = (connection: Connection): Promise<readonly Json[]> => itemsOf(connection, PODS);

/** Owner objects of the workloads of project 1. */
export const ownerObjectsInCluster = (connection: Connection): Promise<readonly Json[]> =>
  itemsOf(connection, '/api/v1/namespaces/runai-project-1/configmaps');

/** Names of the namespaces that the cluster has. */
export const namespacesIn = async (connection: Connection): Promise<readonly string[]> =>
  (await itemsOf(connection, '/api/v1/namespaces')).map(({ metadata }) => metadata.name);

/**
 * By kubeconfig. Specifications ask until something happens, and a new connection for each call would take eight times
 * the processor time, most of it for the handshake of TLS.
 */
const connections = new Map<string, KubernetesConnection>();

async function itemsOf({ kubeconfig }: Connection, path: string): Promise<readonly Json[]> {
  const known = connections.get(kubeconfig) ?? connectKubernetes(kubeconfig);
  connections.set(kubeconfig, known);
  return (await known.request<Json>('GET', path)).items;
}

/** Closes the connections to the clusters whose kubeconfig is in that folder. */
export async function disconnect(folder: string): Promise<void> {
  for (const [kubeconfig, connection] of connections) {
    if (!kubeconfig.startsWith(`${folder}/`)) continue;
    connections.delete(kubeconfig);
    await connection.close();
  }
}

/** The allocation that stands on a pod; throws when there is no such pod. */
export async function allocationOf(connection: Connection, name: string): Promise<Json> {
  const pod = (await podsInCluster(connection)).find(({ metadata }) => metadata.name === name);
  if (pod === undefined) throw new Error(`the cluster has no pod ${name}`);
  return JSON.parse(pod.metadata.annotations['tessera.io/allocation']);
}
