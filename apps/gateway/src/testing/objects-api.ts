import { KubeConfig } from '@kubernetes/client-node';
import { KubernetesConnection } from '@tessera/adapter-kubernetes';
import { createServer, type ServerResponse } from 'node:http';
import { listening } from './gateway-fixture';

const ID = '00000000-0000-4000-8000-000000000001';
let version = 1;

/** A namespace that is bound to a project. */
export const namespace = (name: string, project: string) => ({
  metadata: {
    name,
    uid: `ns-${name}`,
    resourceVersion: String((version += 1)),
    labels: { 'tessera.io/project': project },
  },
});
/** A ready pod `chat-0` of the workload `chat`. */
export const pod = (inNamespace: string, project: string, podIP = '10.0.0.1', ready = true) => ({
  metadata: {
    name: 'chat-0',
    namespace: inNamespace,
    uid: `pod-${inNamespace}`,
    resourceVersion: String((version += 1)),
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: {
      'app.kubernetes.io/managed-by': 'tessera',
      'tessera.io/workload-id': ID,
      'tessera.io/workload-name': 'chat',
      'tessera.io/project': project,
    },
    annotations: { 'tessera.io/serving-port': '8000' },
    ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'r', uid: 'r1', controller: true }],
  },
  spec: { containers: [] },
  status: { phase: 'Running', podIP, conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] },
});

/** The owner object of the workload `chat`. */
export const owner = (inNamespace: string, project: string, concurrencyHardLimit?: string) => ({
  metadata: {
    name: 'chat-workload',
    namespace: inNamespace,
    uid: `owner-${inNamespace}`,
    resourceVersion: String((version += 1)),
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: {
      'app.kubernetes.io/managed-by': 'tessera',
      'tessera.io/workload-id': ID,
      'tessera.io/workload-name': 'chat',
      'tessera.io/project': project,
    },
  },
  ...(concurrencyHardLimit === undefined ? {} : { data: { concurrencyHardLimit } }),
});

/** Kinds of objects that replicas are read from. */
export type Kind = 'namespaces' | 'configmaps' | 'pods';

/** How an API answers. */
export interface ApiOptions {
  /** True for lists that the caller may not read, and those that get no response. */
  readonly refuses?: (list: string) => boolean;
  readonly keepsWaiting?: (list: string) => boolean;
}

/** An object of the API. */
export interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/**
 * An API server with these objects, which may change, that can send further watch events. Lists are identified by path and
 * field selector.
 */
export async function objectsApi(
  objects: Readonly<Partial<Record<Kind, readonly Named[]>>>,
  options: ApiOptions = {},
) {
  const watches = new Map<string, ServerResponse>();
  const asked = new Set<string>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const selected = searchParams.get('fieldSelector');
    const list = selected === null ? pathname : `${pathname}?${selected}`;
    asked.add(list);
    if (options.keepsWaiting?.(list) === true) return undefined;
    response.writeHead(options.refuses?.(list) === true ? 403 : 200, { 'content-type': 'application/json' });
    if (options.refuses?.(list) === true) return response.end('{"reason":"Forbidden"}');
    const kind = pathname.split('/').at(-1) as Kind;
    const [, namespaceOfPods] = /namespaces\/([^/]+)\/(?:pods|configmaps)/.exec(pathname) ?? [];
    const items = (objects[kind] ?? []).filter(
      ({ metadata }) =>
        (namespaceOfPods === undefined || metadata.namespace === namespaceOfPods) &&
        (selected === null || selected === `metadata.name=${metadata.name}`),
    );
    if (searchParams.get('watch') !== 'true')
      return response.end(JSON.stringify({ items, metadata: { resourceVersion: '1' } }));
    response.flushHeaders();
    return watches.set(list, response);
  });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'c', server: `http://${await listening(server)}`, skipTLSVerify: true },
    { name: 'u', token: 't' },
  );
  const connection = new KubernetesConnection(kubeConfig, 'gateway');
  return {
    connection,
    /** Lists that were read. */
    asked,
    /** Lists that are watched. */
    watched: (): readonly string[] => [...watches.keys()],
    send: (list: string, type: string, object: object): void =>
      void watches.get(list)?.write(`${JSON.stringify({ type, object })}\n`),
    /** Closes everything, while `stopped` waits for whoever reads. */
    async close(stopped: Promise<void>): Promise<void> {
      server.closeAllConnections();
      await stopped;
      await connection.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
