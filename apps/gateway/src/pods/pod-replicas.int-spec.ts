import { createServer, type ServerResponse } from 'node:http';
import { KubeConfig } from '@kubernetes/client-node';
import { KubernetesConnection } from '@tessera/adapter-kubernetes';
import { silentLogger } from '@tessera/platform-logging';
import type { ReplicaChange, WorkloadChange } from '../routing/replica';
import { eventually } from '@tessera/testing-services/eventually';
import { listening } from '../testing/gateway-fixture';
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

const owner = (inNamespace: string, project: string, concurrencyHardLimit?: string) => ({
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

type Kind = 'namespaces' | 'configmaps' | 'pods';

interface ClusterOptions {
  /** The only namespaces that are watched. */
  readonly named?: readonly string[];
  /** True for lists that the caller may not read, and those that get no response. */
  readonly refuses?: (list: string) => boolean;
  readonly keepsWaiting?: (list: string) => boolean;
}

/**
 * An API server with these objects that can send further watch events. Lists are identified by path and field selector.
 */
async function cluster(
  objects: Readonly<Partial<Record<Kind, readonly Named[]>>>,
  options: ClusterOptions = {},
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
  const replicas = new PodReplicas(connection, silentLogger, {
    simulatedPods: false,
    namespaces: options.named ?? [],
  });
  const reported: ReplicaChange[] = [];
  const workloads: WorkloadChange[] = [];
  const started = replicas.start({
    workload: (change) => workloads.push(change),
    replica: (change) => reported.push(change),
  });
  if (options.keepsWaiting === undefined) await started;
  const readable = [...asked].filter((list) => options.refuses?.(list) !== true);
  if (options.keepsWaiting === undefined)
    await eventually(() => expect([...watches.keys()].sort()).toEqual(readable.sort()));
  return {
    asked,
    notReady: () => replicas.notReady(),
    reported: () => reported.map(({ type, replica }) => [type, replica.project, replica.address]),
    workloads: () =>
      workloads.map(({ type, known }) => [type, known.project, known.workload, known.concurrencyHardLimit]),
    send: (list: string, type: string, object: object) =>
      watches.get(list)?.write(`${JSON.stringify({ type, object })}\n`),
    async close() {
      const stopped = replicas.stop();
      server.closeAllConnections();
      await stopped;
      await connection.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Named {
  readonly metadata: { readonly name: string; readonly namespace?: string };
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
    expect(kube.reported()).toEqual([P1]);
  });

  it('come and go with the labels of their namespace', async () => {
    kube = await cluster({ namespaces: [], pods: [pod('a', 'p1')] });
    expect(kube.reported()).toEqual([]);
    kube.send('/api/v1/namespaces', 'ADDED', namespace('a', 'p1'));
    await eventually(() => expect(kube.reported()).toEqual([P1]));
    kube.send('/api/v1/namespaces', 'MODIFIED', namespace('a', 'p2'));
    await eventually(() => expect(kube.reported()).toEqual([P1, GONE]));
  });

  it('come back when their namespace loses its label and gets it again', async () => {
    kube = await cluster({ namespaces: [namespace('a', 'p1')], pods: [pod('a', 'p1')] });
    kube.send('/api/v1/namespaces', 'DELETED', namespace('a', 'p1'));
    await eventually(() => expect(kube.reported()).toEqual([P1, GONE]));
    kube.send('/api/v1/namespaces', 'ADDED', namespace('a', 'p1'));
    await eventually(() => expect(kube.reported()).toEqual([P1, GONE, P1]));
  });

  it('leave their address when it changes, and when their labels are removed', async () => {
    kube = await cluster({ namespaces: [namespace('a', 'p1')], pods: [pod('a', 'p1')] });
    kube.send('/api/v1/pods', 'MODIFIED', pod('a', 'p1', '10.0.0.2'));
    const moved = [P1, GONE, ['present', 'p1', '10.0.0.2:8000']];
    await eventually(() => expect(kube.reported()).toEqual(moved));
    kube.send('/api/v1/pods', 'MODIFIED', pod('a', 'p2', '10.0.0.2'));
    await eventually(() => expect(kube.reported()).toEqual([...moved, ['gone', 'p1', '10.0.0.2:8000']]));
  });
});

describe('workloads of a cluster', () => {
  let kube: Awaited<ReturnType<typeof cluster>>;
  afterEach(() => kube.close());
  const CHAT = ['present', 'p1', 'chat', undefined];
  const GONE = ['gone', 'p1', 'chat', undefined];

  it('are known by their owner objects, in namespaces bound to the project, without any pod', async () => {
    kube = await cluster({
      namespaces: [namespace('a', 'p1'), namespace('b', 'p2')],
      configmaps: [owner('a', 'p1'), owner('b', 'p1'), owner('c', 'p3')],
    });
    expect([kube.workloads(), kube.reported()]).toEqual([[CHAT], []]);
  });

  it.each([
    { text: '4', limit: 4 },
    { text: '', limit: undefined },
    { text: '0', limit: undefined },
    { text: '4.5', limit: undefined },
    { text: 'four', limit: undefined },
  ])('have the hard limit $limit where their owner object says "$text"', async ({ text, limit }) => {
    kube = await cluster({
      namespaces: [namespace('a', 'p1')],
      configmaps: [owner('a', 'p1', text)],
    });
    expect(kube.workloads()).toEqual([['present', 'p1', 'chat', limit]]);
  });

  it('go with their owner object, and with the binding of their namespace', async () => {
    kube = await cluster({ namespaces: [namespace('a', 'p1')], configmaps: [owner('a', 'p1')] });
    kube.send('/api/v1/namespaces', 'MODIFIED', namespace('a', 'p2'));
    await eventually(() => expect(kube.workloads()).toEqual([CHAT, GONE]));
    kube.send('/api/v1/namespaces', 'MODIFIED', namespace('a', 'p1'));
    await eventually(() => expect(kube.workloads()).toEqual([CHAT, GONE, CHAT]));
    kube.send('/api/v1/configmaps', 'DELETED', owner('a', 'p1'));
    await eventually(() => expect(kube.workloads()).toEqual([CHAT, GONE, CHAT, GONE]));
  });
});

describe('replicas of named namespaces', () => {
  let kube: Awaited<ReturnType<typeof cluster>>;
  afterEach(() => kube.close());
  const P1 = ['present', 'p1', '10.0.0.1:8000'];
  const P2 = ['present', 'p2', '10.0.0.1:8000'];
  const OBJECTS = {
    namespaces: [namespace('a', 'p1'), namespace('b', 'p2'), namespace('c', 'p3')],
    pods: [pod('a', 'p1'), pod('b', 'p2'), pod('c', 'p3')],
  };
  const PODS_OF_A = '/api/v1/namespaces/a/pods';
  const PODS_OF_B = '/api/v1/namespaces/b/pods';

  it('are listed there and nowhere else', async () => {
    kube = await cluster(OBJECTS, { named: ['a', 'b', 'a'] });
    expect([...kube.asked].sort()).toEqual([
      '/api/v1/namespaces/a/configmaps',
      PODS_OF_A,
      '/api/v1/namespaces/b/configmaps',
      PODS_OF_B,
      '/api/v1/namespaces?metadata.name=a',
      '/api/v1/namespaces?metadata.name=b',
    ]);
    expect(kube.reported().sort()).toEqual([P1, P2]);
    expect(kube.notReady()).toBeUndefined();
  });

  it('follow the label of their own namespace', async () => {
    kube = await cluster(OBJECTS, { named: ['a'] });
    kube.send('/api/v1/namespaces?metadata.name=a', 'MODIFIED', namespace('a', 'p9'));
    await eventually(() => expect(kube.reported()).toEqual([P1, ['gone', 'p1', '10.0.0.1:8000']]));
  });

  it('are unknown until the first list, which the health check names', async () => {
    const keepsWaiting = (list: string) => list === PODS_OF_B;
    kube = await cluster(OBJECTS, { named: ['a', 'b'], keepsWaiting });
    await eventually(() => expect(kube.reported()).toEqual([P1]));
    await eventually(() => expect(kube.notReady()).toBe('the first list of pods of b is not loaded'));
  });

  it('are served although another namespace may not be read', async () => {
    kube = await cluster(OBJECTS, { named: ['a', 'b'], refuses: (list) => list === PODS_OF_B });
    expect([kube.reported(), kube.notReady()]).toEqual([[P1], undefined]);
  });

  it('leave the gateway unready where it may read none of them', async () => {
    kube = await cluster(OBJECTS, { named: ['a', 'b'], refuses: (list) => list.endsWith('/pods') });
    expect(kube.notReady()).toBe('no permission to list pods and ConfigMaps in any of the namespaces a, b');
  });
});
