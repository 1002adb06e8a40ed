import { silentLogger } from '@tessera/platform-logging';
import type { ReplicaChange, WorkloadChange } from '../routing/replica';
import { eventually } from '@tessera/testing-services/eventually';
import {
  namespace,
  objectsApi,
  owner,
  pod,
  type ApiOptions,
  type Kind,
  type Named,
} from '../testing/objects-api';
import { PodReplicas } from './pod-replicas';

interface ClusterOptions extends ApiOptions {
  /** The only namespaces that are watched. */
  readonly named?: readonly string[];
}

/** Replicas of these objects, and what was reported of them. */
async function cluster(
  objects: Readonly<Partial<Record<Kind, readonly Named[]>>>,
  options: ClusterOptions = {},
) {
  const api = await objectsApi(objects, options);
  const { asked, send } = api;
  const replicas = new PodReplicas(api.connection, silentLogger, {
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
    await eventually(() => expect([...api.watched()].sort()).toEqual(readable.sort()));
  return {
    asked,
    send,
    notReady: () => replicas.notReady(),
    reported: () => reported.map(({ type, replica }) => [type, replica.project, replica.address]),
    workloads: () =>
      workloads.map(({ type, known }) => [type, known.project, known.workload, known.concurrencyHardLimit]),
    close: () => api.close(replicas.stop()),
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
