import { LABELS } from '@tessera/contracts-kubernetes';
import {
  ACCEPTED,
  OF_ONE,
  foreign,
  reservationPod,
  node,
  recordOf,
  replica,
  setUp,
  unavailable,
} from '../testing/view';
import type { PodWire } from '../api/wire';

describe('pods that claim to be replicas', () => {
  const counted = (t: Awaited<ReturnType<typeof setUp>>) => [...t.view.replicas()].map(({ name }) => name);
  const one = replica('one', 'a', 0);
  const labelled = (labels: Readonly<Record<string, string>>): PodWire => ({
    ...one,
    metadata: { ...one.metadata, labels: { ...one.metadata.labels, ...labels } },
  });

  it.each<[string, PodWire]>([
    ['in another namespace', { ...one, metadata: { ...one.metadata, namespace: 'theirs' } }],
    ['of another project', labelled({ [LABELS.projectId]: '8', [LABELS.project]: 'p2' })],
    ['of a workload that is not accepted', labelled({ [LABELS.workloadId]: OF_ONE.replace('1', '9') })],
    ['of a workload whose id is none', labelled({ [LABELS.workloadId]: 'not-a-uuid' })],
    ['of another workload than their owner is', labelled({ [LABELS.workloadName]: 'of-two' })],
    ['without an owner', { ...one, metadata: { ...one.metadata, ownerReferences: [] } }],
    [
      'with an owner that is not there',
      {
        ...one,
        metadata: {
          ...one.metadata,
          ownerReferences:
            one.metadata.ownerReferences?.map((owner) => ({ ...owner, uid: 'invented' })) ?? [],
        },
      },
    ],
  ])('hold no device where they are %s, but what they really ask for', async (_name, pod) => {
    const asking = { ...pod, spec: { ...pod.spec, containers: foreign('x', 'a').spec.containers } };
    const t = await setUp([node('a')], [asking]);
    expect([counted(t), t.view.isShared('a/0')]).toEqual([[], false]);
    expect(t.nodeOf('a')?.foreign?.cpuMilli).toBe(1000);
    expect(unavailable(t.nodeOf('a'))).toEqual([false, true]);
    expect(t.enqueued).toEqual([]);
    await t.view.stop();
  });

  it('are reported once for an unknown workload, and count as soon as it is known', async () => {
    const t = await setUp([node('a')], [one], []);
    expect([counted(t), t.unknown]).toEqual([[], [OF_ONE]]);
    const [ref] = ACCEPTED;
    if (ref !== undefined) t.accept(ref);
    await t.settle();
    expect([counted(t), t.view.isShared('a/0')]).toEqual([['one'], true]);
    expect(t.nodeOf('a')?.foreign?.cpuMilli).toBe(0);
    await t.view.stop();
  });

  it('count as soon as their owner object exists', async () => {
    const t = await setUp([node('a')], [one], ACCEPTED, []);
    expect(counted(t)).toEqual([]);
    const [ref] = ACCEPTED;
    const object = ref === undefined ? {} : recordOf(ref);
    await t.send('/api/v1/configmaps', { type: 'ADDED', object });
    await t.settle();
    expect(counted(t)).toEqual(['one']);
    await t.view.stop();
  });

  it('keep their devices while terminating, also if their owner was deleted first', async () => {
    const ending = { ...one, metadata: { ...one.metadata, deletionTimestamp: '2026-01-01T00:01:00Z' } };
    const t = await setUp([node('a')], [ending], ACCEPTED, []);
    expect([counted(t), t.view.isShared('a/0')]).toEqual([['one'], true]);
    await t.view.stop();
  });

  it('are no reservation pods outside the reservation namespace', async () => {
    const { metadata, ...rest } = reservationPod('a', 0);
    const t = await setUp([node('a')], [{ ...rest, metadata: { ...metadata, namespace: 'theirs' } }]);
    expect([...t.view.reservationPods()]).toEqual([]);
    await t.view.stop();
  });
});
