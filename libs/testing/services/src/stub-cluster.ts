import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { writeFileSync } from 'node:fs';
import { ANNOTATIONS, LABELS, MANAGED_BY } from '@tessera/contracts-kubernetes';

/** A workload with one ready replica at an address. */
export interface StubWorkload {
  readonly name: string;
  readonly id: string;
  /** `127.0.0.1:<port>`. */
  readonly address: string;
  /** The fields of `spec.servingPort`; absent for a public one. */
  readonly serving?: object;
}

/** A replica. */
interface StubPod {
  readonly name: string;
  readonly uid: string;
  /** `127.0.0.1:<port>`. */
  readonly address: string;
}

/** What a gateway reads of a cluster: lists and watches of namespaces, owner objects and pods. It may have a lease. */
export interface StubCluster {
  readonly kubeconfig: string;
  /** Adds a workload, as a watch event where the gateway watches already. */
  add(workload: StubWorkload): void;
  /** Adds a further ready replica of a workload. */
  addPod(workload: Omit<StubWorkload, 'address'>, pod: StubPod): void;
  /** Deletes a replica by the name of its pod. */
  removePod(name: string): void;
  stop(): Promise<void>;
}

type Kind = 'namespaces' | 'configmaps' | 'pods';
interface Item {
  readonly metadata: { readonly name: string; readonly uid: string; readonly [more: string]: unknown };
}

const NAMESPACE = 'runai-bench';
/** The project of every workload. */
export const PROJECT = 'bench';

/** Serves the cluster on a free port; the kubeconfig goes into the folder. */
export async function stubCluster(folder: string, workloads: readonly StubWorkload[]): Promise<StubCluster> {
  const objects: Record<Kind, Item[]> = { namespaces: [namespace()], configmaps: [], pods: [] };
  const watches: Record<Kind, Set<ServerResponse>> = {
    namespaces: new Set(),
    configmaps: new Set(),
    pods: new Set(),
  };
  let version = 1;
  const announce = (kind: Kind, type: 'ADDED' | 'DELETED', made: Item): Item => {
    const object = { ...made, metadata: { ...made.metadata, resourceVersion: String((version += 1)) } };
    for (const watch of watches[kind]) watch.write(`${JSON.stringify({ type, object })}\n`);
    return object;
  };
  const put = (kind: Kind, made: Item): void => void objects[kind].push(announce(kind, 'ADDED', made));
  const addPod: StubCluster['addPod'] = (workload, made) => put('pods', pod(workload, made));
  const add = (workload: StubWorkload): void => {
    put('configmaps', owner(workload));
    const { name, id, address } = workload;
    addPod(workload, { name: `${name}-0`, uid: `pod-${id}`, address });
  };
  const removePod = (name: string): void => {
    const at = objects.pods.findIndex(({ metadata }) => metadata.name === name);
    const [gone] = at < 0 ? [] : objects.pods.splice(at, 1);
    if (gone !== undefined) announce('pods', 'DELETED', gone);
  };
  workloads.forEach(add);
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://cluster');
    // Nobody reads them here.
    if (pathname.includes('/leases')) return response.end('{}');
    const kind = pathname.split('/').at(-1) as Kind;
    if (!(kind in objects)) return response.writeHead(404).end('{}');
    response.writeHead(200, { 'content-type': 'application/json' });
    if (searchParams.get('watch') !== 'true')
      return response.end(
        JSON.stringify({ items: objects[kind], metadata: { resourceVersion: String(version) } }),
      );
    response.flushHeaders();
    watches[kind].add(response);
    return response.once('close', () => watches[kind].delete(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const kubeconfig = `${folder}/kubeconfig`;
  writeFileSync(
    kubeconfig,
    JSON.stringify(kubeconfigOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)),
  );
  return {
    kubeconfig,
    add,
    addPod,
    removePod,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const namespace = (): Item => ({
  metadata: {
    name: NAMESPACE,
    uid: 'namespace',
    resourceVersion: '1',
    labels: { [LABELS.project]: PROJECT },
  },
});

const common = ({ name, id }: Pick<StubWorkload, 'name' | 'id'>) => ({
  namespace: NAMESPACE,
  creationTimestamp: '2026-01-01T00:00:00Z',
  labels: {
    [LABELS.managedBy]: MANAGED_BY,
    [LABELS.workloadId]: id,
    [LABELS.workloadName]: name,
    [LABELS.project]: PROJECT,
  },
});

const owner = (workload: StubWorkload): Item => ({
  metadata: {
    ...common(workload),
    name: `${workload.name}-workload`,
    uid: `owner-${workload.id}`,
    ...(workload.serving === undefined
      ? {}
      : { annotations: { [ANNOTATIONS.servingConfiguration]: JSON.stringify(workload.serving) } }),
  },
});

const pod = (
  workload: Pick<StubWorkload, 'name' | 'id'>,
  { name, uid, address }: StubPod,
): Item & { readonly spec: object; readonly status: object } => ({
  metadata: {
    ...common(workload),
    ...{ name, uid },
    annotations: { [ANNOTATIONS.servingAddress]: address },
    ownerReferences: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: `${workload.name}-workload`,
        uid: `owner-${workload.id}`,
        controller: true,
      },
    ],
  },
  spec: { containers: [] },
  status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
});

const kubeconfigOf = (server: string): object => ({
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [{ name: 'stub', cluster: { server, 'insecure-skip-tls-verify': true } }],
  users: [{ name: 'stub', user: { token: 'none' } }],
  contexts: [{ name: 'stub', context: { cluster: 'stub', user: 'stub' } }],
  'current-context': 'stub',
});
