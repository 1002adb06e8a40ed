import { createServer, type ServerResponse } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { KubernetesConnection } from '@tessera/adapter-kubernetes';
import { silentLogger } from '@tessera/platform-logging';
import type { ReplicaChange } from '../routing/replica';
import { eventually, listening } from '../testing/gateway-stage';
import { PodReplicas } from './pod-replicas';

const ID = '00000000-0000-4000-8000-000000000001';
let version = 1;

const namespace = (name: string, project: string) => ({
  metadata: {
    name,
    uid: `ns-${name}`,
    resourceVersion: String((version += 1)),
    labels: { 'tessera.io/project': project },
  },
});
const pod = (inNamespace: string, project: string, podIP = '10.0.0.1') => ({
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
  status: { phase: 'Running', podIP, conditions: [{ type: 'Ready', status: 'True' }] },
});

/** An API server with these objects that can tell of more. */
async function cluster(objects: Readonly<Record<'namespaces' | 'pods', readonly object[]>>) {
  const watches = new Map<string, ServerResponse>();
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const kind = pathname.split('/').at(-1) as keyof typeof objects;
    response.writeHead(200, { 'content-type': 'application/json' });
    if (searchParams.get('watch') !== 'true')
      return response.end(JSON.stringify({ items: objects[kind], metadata: { resourceVersion: '1' } }));
    response.flushHeaders();
    return watches.set(kind, response);
  });
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromClusterAndUser(
    { name: 'c', server: `http://${await listening(server)}`, skipTLSVerify: true },
    { name: 'u', token: 't' },
  );
  const connection = new KubernetesConnection(kubeConfig, 'gateway');
  const replicas = new PodReplicas(connection, silentLogger, { simulatedPods: false });
  const told: ReplicaChange[] = [];
  await replicas.start((change) => told.push(change));
  await eventually(() => expect([...watches.keys()].sort()).toEqual(['namespaces', 'pods']));
  return {
    told: () => told.map(({ type, replica }) => [type, replica.project, replica.address]),
    tell: (kind: keyof typeof objects, type: string, object: object) =>
      watches.get(kind)?.write(`${JSON.stringify({ type, object })}\n`),
    async close() {
      const stopped = replicas.stop();
      server.closeAllConnections();
      await stopped;
      await connection.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('replicas of a cluster', () => {
  let kube: Awaited<ReturnType<typeof cluster>>;
  afterEach(() => kube.close());
  const P1 = ['present', 'p1', '10.0.0.1:8000'];
  const GONE = ['gone', 'p1', '10.0.0.1:8000'];

  it('are pods of the project that their namespace is bound to, and no others', async () => {
    kube = await cluster({
      namespaces: [namespace('a', 'p1'), namespace('b', 'p2')],
      pods: [pod('b', 'p1'), pod('c', 'p1'), pod('a', 'p1')],
    });
    expect(kube.told()).toEqual([P1]);
  });

  it('come and go with the labels of their namespace', async () => {
    kube = await cluster({ namespaces: [], pods: [pod('a', 'p1')] });
    expect(kube.told()).toEqual([]);
    kube.tell('namespaces', 'ADDED', namespace('a', 'p1'));
    await eventually(() => expect(kube.told()).toEqual([P1]));
    kube.tell('namespaces', 'MODIFIED', namespace('a', 'p2'));
    await eventually(() => expect(kube.told()).toEqual([P1, GONE]));
  });

  it('leave their address when they get another one, and when somebody takes their labels off', async () => {
    kube = await cluster({ namespaces: [namespace('a', 'p1')], pods: [pod('a', 'p1')] });
    kube.tell('pods', 'MODIFIED', pod('a', 'p1', '10.0.0.2'));
    const moved = [P1, GONE, ['present', 'p1', '10.0.0.2:8000']];
    await eventually(() => expect(kube.told()).toEqual(moved));
    kube.tell('pods', 'MODIFIED', pod('a', 'p2', '10.0.0.2'));
    await eventually(() => expect(kube.told()).toEqual([...moved, ['gone', 'p1', '10.0.0.2:8000']]));
  });
});
