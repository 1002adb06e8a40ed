import type { ReplicaPod } from '@tessera/application-reconciliation';
import { LABELS } from '@tessera/contracts-kubernetes';
import { silentLogger } from '@tessera/platform-logging';
import { InformedClusterView } from './cluster-view';
import type { KubernetesConnection, WatchEvent } from './connection';
import { holderPod } from './objects/holder';
import { toReplicaPod } from './replica-pod';
import type { NodeWire, PodWire } from './wire';

const KEYS = { nodePool: 'pool', nodeType: 'type' };
let version = 1;
const server = (uid: string) => ({
  uid,
  resourceVersion: String(++version),
  creationTimestamp: '2026-01-01T00:00:00Z',
});

/** A node of two GPUs of which the device plugin offers so many. */
const node = (name: string, offered = 2): NodeWire => ({
  metadata: {
    name,
    ...server(`uid-${name}`),
    labels: {
      'nvidia.com/gpu.count': '2',
      'nvidia.com/gpu.memory': '40960',
      'nvidia.com/gpu.product': 'A100',
    },
  },
  status: {
    allocatable: { cpu: '8', memory: '64Gi', 'nvidia.com/gpu': String(offered) },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
});

const replica = (name: string, nodeName: string, slot: number): PodWire => ({
  metadata: {
    name,
    namespace: 'ours',
    ...server(`uid-${name}`),
    labels: { 'tessera.io/workload-id': `of-${name}`, 'app.kubernetes.io/managed-by': 'tessera' },
    annotations: {
      'tessera.io/allocation': JSON.stringify({
        version: 1,
        node: nodeName,
        kind: 'portion',
        devices: [{ slot, milliGpu: 500, memoryMiB: 1000 }],
      }),
    },
  },
  spec: { nodeName, containers: [{ name: 'main', image: 'model:1' }] },
});

/** The replica before its pod is there. */
const promise = (name: string, nodeName: string, slot: number): ReplicaPod => {
  const pod = toReplicaPod(replica(name, nodeName, slot));
  if (pod === undefined) throw new Error('not one of ours');
  return { ...pod, uid: '' };
};

const foreign = (name: string, nodeName: string): PodWire => ({
  metadata: { name, namespace: 'theirs', ...server(`uid-${name}`) },
  spec: {
    nodeName,
    containers: [{ name: 'c', resources: { requests: { cpu: '1' }, limits: { 'nvidia.com/gpu': '1' } } }],
  },
  status: { phase: 'Running' },
});

const holder = (nodeName: string, slot: number): PodWire => {
  const pod = holderPod(
    { node: nodeName, slot },
    { namespace: 'holders', image: 'h', command: [] },
  ) as unknown as PodWire;
  return { ...pod, metadata: { ...pod.metadata, ...server(`uid-holder-${nodeName}-${slot}`) } };
};

const OPTIONS = { keys: KEYS, exposure: { kind: 'none' }, clock: { now: () => 0 } } as const;

/** A view of objects that the specification changes, seen or unseen by the watches. */
async function setUp(nodes: readonly NodeWire[], pods: readonly PodWire[]) {
  const items: Record<string, readonly object[]> = { '/api/v1/nodes': nodes, '/api/v1/pods': pods };
  const watches: Record<string, { events: WatchEvent[]; wake: () => void }> = {};
  const connection = {
    request: async (_method: string, path: string) => ({
      items: items[path] ?? [],
      metadata: { resourceVersion: String(++version) },
    }),
    async *watch(path: string, _query: object, signal: AbortSignal): AsyncGenerator<WatchEvent> {
      const watch = (watches[path] = { events: [] as WatchEvent[], wake: () => undefined as void });
      signal.addEventListener('abort', () => watch.wake());
      for (;;) {
        const event = watch.events.shift();
        if (event !== undefined) yield event;
        else if (signal.aborted) return;
        else await new Promise<void>((resolve) => (watch.wake = resolve));
      }
    },
  } as unknown as KubernetesConnection;
  const woken: string[] = [];
  const freed = { times: 0 };
  const view = new InformedClusterView(connection, silentLogger, OPTIONS, {
    onWorkload: (id) => woken.push(id),
    onCapacity: () => void (freed.times += 1),
    onSurroundings: () => undefined,
  });
  await view.start();
  const settle = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  await settle();
  const send = async (path: string, event: WatchEvent): Promise<void> => {
    watches[path]?.events.push(event);
    watches[path]?.wake();
    await settle();
  };
  return {
    view,
    woken,
    freed,
    send,
    nodeOf: (name: string) => view.nodes().find((one) => one.name === name),
    seen: (type: WatchEvent['type'], object: PodWire | NodeWire) =>
      send('spec' in object && 'containers' in (object.spec ?? {}) ? '/api/v1/pods' : '/api/v1/nodes', {
        type,
        object,
      }),
    /** The watch breaks off and the next list has these. */
    async unseen(next: readonly PodWire[]): Promise<void> {
      items['/api/v1/pods'] = next;
      await send('/api/v1/pods', { type: 'ERROR', object: { code: 410, reason: 'Expired' } });
      await settle();
    },
  };
}

const unavailable = (of: ReturnType<Awaited<ReturnType<typeof setUp>>['nodeOf']>) =>
  of?.devices.map((device) => device.unavailable === true);

describe('the view of a cluster', () => {
  it('gives the same node until something about it changes', async () => {
    const t = await setUp([node('a'), node('b')], [replica('one', 'a', 0)]);
    const [a, b] = [t.nodeOf('a'), t.nodeOf('b')];
    await t.seen('MODIFIED', replica('one', 'a', 0));
    expect([t.nodeOf('a'), t.nodeOf('b')].map((one, index) => one === [a, b][index])).toEqual([true, true]);
    await t.seen('ADDED', foreign('other', 'a'));
    expect(t.nodeOf('a')?.foreign?.cpuMilli).toBe(1000);
    expect(t.nodeOf('b')).toBe(b);
    await t.seen('MODIFIED', { ...node('b'), spec: { unschedulable: true } });
    expect(t.nodeOf('b')?.unschedulable).toBe(true);
    await t.view.stop();
  });

  it('leaves out other devices once a replica or a holder takes those that were', async () => {
    const t = await setUp([node('a', 1)], []);
    expect(unavailable(t.nodeOf('a'))).toEqual([false, true]);
    await t.seen('ADDED', holder('a', 1));
    expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
    await t.seen('DELETED', holder('a', 1));
    await t.seen('ADDED', replica('one', 'a', 1));
    expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
    await t.view.stop();
  });

  it('counts a replica that is promised until its pod is there or it is withdrawn, and wakes nobody for it', async () => {
    const t = await setUp([node('a', 1), node('b', 1)], []);
    const promised = promise('one', 'a', 1);
    t.view.promise(promised);
    expect(t.view.replicasOn('a')).toEqual([promised]);
    expect(t.view.isShared('a/1')).toBe(true);
    expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
    expect(t.woken).toEqual([]);
    const { times } = t.freed;
    t.view.withdraw(promised);
    expect([t.view.replicasOn('a'), t.view.isShared('a/1'), t.view.replicasOf('of-one')]).toEqual([
      [],
      false,
      [],
    ]);
    expect([t.woken, t.freed.times]).toEqual([[], times + 1]);
    await t.view.stop();
  });

  it.each(['a', 'b'])(
    'has the pod in the place of what was promised, here where it is on %s',
    async (onto) => {
      const t = await setUp([node('a', 1), node('b', 1)], []);
      const promised = promise('one', 'a', 1);
      t.view.promise(promised);
      expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
      t.view.observePod(replica('one', onto, 0));
      t.view.withdraw(promised);
      expect(t.view.replicasOf('of-one')).toMatchObject([{ uid: 'uid-one', nodeName: onto }]);
      expect(t.view.replicasOn('a')).toHaveLength(onto === 'a' ? 1 : 0);
      expect(unavailable(t.nodeOf('a'))).toEqual([false, true]);
      await t.view.stop();
    },
  );

  it('counts a device as shared until the last replica has gone, not when it begins to end', async () => {
    const one = replica('one', 'a', 0);
    const t = await setUp([node('a')], [one, holder('a', 0)]);
    const deletionTimestamp = '2026-01-01T00:01:00Z';
    await t.seen('MODIFIED', {
      ...one,
      metadata: { ...one.metadata, ...server(one.metadata.uid), deletionTimestamp },
    });
    expect([t.view.isShared('a/0'), t.view.takeFreed()]).toEqual([true, []]);
    await t.seen('DELETED', one);
    expect([t.view.isShared('a/0'), t.view.takeFreed()]).toEqual([false, ['a/0']]);
    await t.view.stop();
  });

  it('has a replica looked at again when the holder of its device changes or goes, and no other', async () => {
    const t = await setUp([node('a')], [replica('one', 'a', 0), replica('two', 'a', 1), holder('a', 0)]);
    for (const type of ['MODIFIED', 'DELETED'] as const) {
      t.woken.length = 0;
      await t.seen(type, holder('a', 0));
      expect(t.woken).toEqual(['of-one']);
    }
    await t.view.stop();
  });

  it('notices the end of pods that went unseen: ours, holders, and those of others', async () => {
    const t = await setUp([node('a')], [replica('one', 'a', 0), holder('a', 0), foreign('other', 'a')]);
    expect(t.nodeOf('a')?.foreign?.cpuMilli).toBe(1000);
    expect([...t.view.holders()].map(({ slot }) => slot)).toEqual([0]);
    expect(t.view.isShared('a/0')).toBe(true);
    t.woken.length = 0;
    await t.unseen([]);
    expect([...t.view.replicas()]).toEqual([]);
    expect([...t.view.holders()]).toEqual([]);
    expect(t.view.isShared('a/0')).toBe(false);
    expect(t.nodeOf('a')?.foreign?.cpuMilli).toBe(0);
    expect(t.woken).toContain('of-one');
    await t.view.stop();
  });

  it('takes the devices of a replica as handed over only while its map says the same', async () => {
    const map = (devices: string) => ({
      metadata: {
        name: 'map',
        namespace: 'ours',
        ...server('uid-map'),
        labels: { 'tessera.io/workload-id': 'of-one' },
      },
      data: { NVIDIA_VISIBLE_DEVICES: devices },
    });
    const one = replica('one', 'a', 0);
    const configMapKeyRef = { name: 'map', key: 'NVIDIA_VISIBLE_DEVICES' };
    const t = await setUp(
      [node('a')],
      [
        {
          ...one,
          metadata: {
            ...one.metadata,
            annotations: { ...one.metadata.annotations, 'tessera.io/gpu-devices': 'GPU-1,GPU-2' },
          },
          spec: {
            ...one.spec,
            containers: [
              { name: 'main', env: [{ name: 'NVIDIA_VISIBLE_DEVICES', valueFrom: { configMapKeyRef } }] },
            ],
          },
        },
      ],
    );
    const devices = () => t.view.replicasOf('of-one')[0]?.devices;
    expect(devices()).toBeUndefined();
    await t.send('/api/v1/configmaps', { type: 'ADDED', object: map('GPU-1,GPU-2') });
    expect(devices()).toEqual(['GPU-1', 'GPU-2']);
    const cdi = ['GPU-1', 'GPU-2'].map((uuid) => `k8s.device-plugin.nvidia.com/gpu=${uuid}`);
    await t.send('/api/v1/configmaps', { type: 'MODIFIED', object: map(cdi.join(',')) });
    expect(devices()).toEqual(['GPU-1', 'GPU-2']);
    t.woken.length = 0;
    await t.send('/api/v1/configmaps', { type: 'MODIFIED', object: map('all') });
    expect([devices(), t.woken]).toEqual([undefined, ['of-one']]);
    await t.view.stop();
  });

  it('keeps the word on a pull secret that is missing when the pull fails after it', async () => {
    const one = replica('one', 'a', 0);
    const waiting = { reason: 'ErrImagePull', message: 'denied' };
    const status = {
      phase: 'Pending',
      containerStatuses: [{ name: 'main', ready: false, state: { waiting } }],
    };
    const t = await setUp([node('a')], [{ ...one, status } as unknown as PodWire]);
    const involvedObject = { kind: 'Pod', namespace: 'ours', name: 'one', uid: 'uid-one' };
    for (const [reason, message] of [
      ['FailedToRetrieveImagePullSecret', 'no secret "x"'],
      ['Failed', 'denied'],
    ])
      await t.send('/api/v1/events', {
        type: 'ADDED',
        object: {
          metadata: { name: reason, namespace: 'ours', ...server(`uid-${reason}`) },
          involvedObject,
          reason,
          message,
        },
      } as unknown as WatchEvent);
    expect(t.view.replicasOf('of-one')[0]).toMatchObject({
      reason: 'ErrImagePull',
      message: 'denied; no secret "x"',
      unresolved: { reason: 'FailedToRetrieveImagePullSecret', message: 'no secret "x"' },
    });
    await t.view.stop();
  });

  it('knows of each object beside the pods of a workload the one that is there now', async () => {
    const t = await setUp([node('a')], []);
    const service = (name: string, uid: string) => ({
      metadata: { name, namespace: 'ours', ...server(uid), labels: { [LABELS.workloadId]: 'w1' } },
    });
    const send = (type: WatchEvent['type'], object: object) =>
      t.send('/api/v1/services', { type, object } as unknown as WatchEvent);
    const known = () =>
      t.view.objects.ofWorkload('w1').map(({ path, object }) => [path, object.metadata.uid]);
    const services = '/api/v1/namespaces/ours/services';
    await send('ADDED', service('serving', 'first'));
    await send('ADDED', service('port', 'other'));
    // The watch may show the next one alone.
    await send('ADDED', service('serving', 'second'));
    expect(known()).toEqual([
      [services, 'other'],
      [services, 'second'],
    ]);
    await send('DELETED', service('port', 'other'));
    await send('DELETED', service('serving', 'second'));
    expect(known()).toEqual([]);
    await t.view.stop();
  });
});
