import { LABELS } from '@tessera/contracts-kubernetes';
import type { WatchEvent } from '../api/connection';
import {
  IMAGE_PULLS,
  OF_ONE,
  foreign,
  reservationPod,
  node,
  assume,
  replica,
  server,
  setUp,
  unavailable,
} from '../testing/view';
import type { PodWire } from '../api/wire';

describe('the view of a cluster', () => {
  it('returns the same node until something about it changes', async () => {
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

  it('takes a heartbeat of a node for no change, and reports what changed otherwise', async () => {
    const pooled = (of: ReturnType<typeof node>, pool: string) => ({
      ...of,
      metadata: { ...of.metadata, labels: { ...of.metadata.labels, pool } },
    });
    const t = await setUp([pooled(node('a'), 'p')], [replica('one', 'a', 0), foreign('other', 'a')]);
    const [before] = t.view.nodes();
    t.freed.changes = [];
    const beat = pooled(node('a'), 'p');
    const heartbeat = { type: 'Ready', status: 'True', lastHeartbeatTime: '2026-01-01T00:00:10Z' };
    await t.seen('MODIFIED', { ...beat, status: { ...beat.status, conditions: [heartbeat] } });
    await t.seen('MODIFIED', {
      ...pooled(node('a'), 'p'),
      metadata: { ...pooled(node('a'), 'p').metadata, annotations: { 'other.io/seen': 'now' } },
    });
    expect(t.freed.changes).toEqual([]);
    expect(t.view.nodes()[0]).toBe(before);

    await t.seen('MODIFIED', pooled(node('a'), 'q'));
    await t.seen('DELETED', foreign('other', 'a'));
    await t.seen('DELETED', replica('one', 'a', 0));
    expect(t.freed.changes).toEqual([
      { kinds: ['node'], node: { pool: 'q' } },
      { kinds: ['pod', 'gpu', 'mig'], node: { pool: 'q' } },
      { kinds: ['pod', 'gpu', 'quota'], node: { pool: 'q' }, orgUnits: ['7', ''] },
    ]);
    await t.view.stop();
  });

  it('counts all that kubelet counts of the pods of others', async () => {
    const t = await setUp([node('a')], []);
    const { spec, ...pod } = foreign('other', 'a');
    const asking = (requests: Readonly<Record<string, string>>) => ({ name: 'c', resources: { requests } });
    await t.seen('ADDED', {
      ...pod,
      spec: {
        ...spec,
        containers: [asking({ cpu: '1', 'nvidia.com/hostdev': '1' })],
        initContainers: [
          { ...asking({ cpu: '500m', memory: '1Gi' }), restartPolicy: 'Always' },
          asking({ cpu: '2', 'nvidia.com/gpu': '1' }),
        ],
        overhead: { memory: '256Mi' },
      },
    });
    expect(t.nodeOf('a')?.foreign).toEqual({
      cpuMilli: 2500,
      memoryMiB: 1280,
      extended: { 'nvidia.com/hostdev': 1 },
      pods: 1,
    });
    expect(unavailable(t.nodeOf('a'))).toEqual([false, true]);
    await t.view.stop();
  });

  it('marks other devices as unavailable once a replica or a reservation pod takes the marked ones', async () => {
    const t = await setUp([node('a', 1)], []);
    expect(unavailable(t.nodeOf('a'))).toEqual([false, true]);
    await t.seen('ADDED', reservationPod('a', 1));
    expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
    await t.seen('DELETED', reservationPod('a', 1));
    await t.seen('ADDED', replica('one', 'a', 1));
    expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
    await t.view.stop();
  });

  it('counts an assumed replica until its pod exists or it is forgotten, and enqueues nothing for it', async () => {
    const t = await setUp([node('a', 1), node('b', 1)], []);
    const assumed = assume('one', 'a', 1);
    t.view.assume(assumed);
    expect(t.view.replicasOn('a')).toEqual([assumed]);
    expect(t.view.isShared('a/1')).toBe(true);
    expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
    expect(t.enqueued).toEqual([]);
    const { times } = t.freed;
    t.view.forget(assumed);
    expect([t.view.replicasOn('a'), t.view.isShared('a/1'), t.view.replicasOf(OF_ONE)]).toEqual([
      [],
      false,
      [],
    ]);
    expect([t.enqueued, t.freed.times]).toEqual([[], times + 1]);
    await t.view.stop();
  });

  it.each(['a', 'b'])('has the pod in place of the assumed replica, here on %s', async (onto) => {
    const t = await setUp([node('a', 1), node('b', 1)], []);
    const assumed = assume('one', 'a', 1);
    t.view.assume(assumed);
    expect(unavailable(t.nodeOf('a'))).toEqual([true, false]);
    t.view.observePod(replica('one', onto, 0));
    t.view.forget(assumed);
    expect(t.view.replicasOf(OF_ONE)).toMatchObject([{ uid: 'uid-one', nodeName: onto }]);
    expect(t.view.replicasOn('a')).toHaveLength(onto === 'a' ? 1 : 0);
    expect(unavailable(t.nodeOf('a'))).toEqual([false, true]);
    await t.view.stop();
  });

  it('counts a device as shared until the last replica is deleted, not only terminating', async () => {
    const one = replica('one', 'a', 0);
    const t = await setUp([node('a')], [one, reservationPod('a', 0)]);
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

  it('enqueues a replica when the reservation pod of its device changes or is deleted, and no other', async () => {
    const t = await setUp(
      [node('a')],
      [replica('one', 'a', 0), replica('two', 'a', 1), reservationPod('a', 0)],
    );
    for (const type of ['MODIFIED', 'DELETED'] as const) {
      t.enqueued.length = 0;
      await t.seen(type, reservationPod('a', 0));
      expect(t.enqueued).toEqual([OF_ONE]);
    }
    await t.view.stop();
  });

  it('notices missed deletions of pods: replicas, reservation pods, and foreign pods', async () => {
    const t = await setUp(
      [node('a')],
      [replica('one', 'a', 0), reservationPod('a', 0), foreign('other', 'a')],
    );
    expect(t.nodeOf('a')?.foreign?.cpuMilli).toBe(1000);
    expect([...t.view.reservationPods()].map(({ slot }) => slot)).toEqual([0]);
    expect(t.view.isShared('a/0')).toBe(true);
    t.enqueued.length = 0;
    await t.unseen([]);
    expect([...t.view.replicas()]).toEqual([]);
    expect([...t.view.reservationPods()]).toEqual([]);
    expect(t.view.isShared('a/0')).toBe(false);
    expect(t.nodeOf('a')?.foreign?.cpuMilli).toBe(0);
    expect(t.enqueued).toContain(OF_ONE);
    await t.view.stop();
  });

  it('takes the devices of a replica as injected only while its ConfigMap lists the same', async () => {
    const map = (devices: string) => ({
      metadata: {
        name: 'map',
        namespace: 'ours',
        ...server('uid-map'),
        labels: { 'tessera.io/workload-id': OF_ONE },
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
    const devices = () => t.view.replicasOf(OF_ONE)[0]?.devices;
    expect(devices()).toBeUndefined();
    await t.send('/api/v1/configmaps', { type: 'ADDED', object: map('GPU-1,GPU-2') });
    expect(devices()).toEqual(['GPU-1', 'GPU-2']);
    const cdi = ['GPU-1', 'GPU-2'].map((uuid) => `k8s.device-plugin.nvidia.com/gpu=${uuid}`);
    await t.send('/api/v1/configmaps', { type: 'MODIFIED', object: map(cdi.join(',')) });
    expect(devices()).toEqual(['GPU-1', 'GPU-2']);
    t.enqueued.length = 0;
    await t.send('/api/v1/configmaps', { type: 'MODIFIED', object: map('all') });
    expect([devices(), t.enqueued]).toEqual([undefined, [OF_ONE]]);
    await t.view.stop();
  });

  it('keeps the warning about a missing pull secret when the pull fails after it', async () => {
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
    expect(t.view.replicasOf(OF_ONE)[0]).toMatchObject({
      reason: 'ErrImagePull',
      message: 'denied; no secret "x"',
      unresolved: { reason: 'FailedToRetrieveImagePullSecret', message: 'no secret "x"' },
    });
    await t.view.stop();
  });

  it('caches the current version of each owned object of a workload', async () => {
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

describe('what a start is measured from', () => {
  it('is each state of a replica before its workload is enqueued, and the image on its node', async () => {
    const t = await setUp([node('a')], []);
    await t.seen('ADDED', replica('one', 'a', 0));
    await t.send(IMAGE_PULLS, {
      type: 'ADDED',
      object: {
        metadata: { name: 'one.1', namespace: 'ours', uid: 'event-1', resourceVersion: '900' },
        involvedObject: { kind: 'Pod', uid: 'uid-one' },
        reason: 'Pulled',
      },
    });
    await t.seen('MODIFIED', { ...replica('one', 'a', 0), status: { phase: 'Running' } });
    await t.seen('ADDED', foreign('other', 'a'));
    expect(t.started).toEqual(['one Pending', 'uid-one pulled', 'one Running']);
    await t.view.stop();
  });
});
