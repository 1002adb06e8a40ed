import { SHARED_GPU } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import { replica } from '../testing/view';
import type { PodWire } from '../api/wire';
import { toReplicaPod } from './replica-pod';

const POD = replica('one', 'n1', 0);
const MAIN = {
  name: 'main',
  image: 'model:1',
  env: [{ name: SHARED_GPU.visibleDevices, valueFrom: { configMapKeyRef: { name: 'one-devices' } } }],
};
const SIDECAR = { name: 'mesh', image: 'proxy:7' };
const running = (name: string, startedAt: string) => ({ name, state: { running: { startedAt } } });

/** The pod as an admission policy leaves it that puts a container before those of others. */
const WITH_SIDECAR: PodWire = {
  ...POD,
  spec: { ...POD.spec, containers: [SIDECAR, MAIN] },
  status: {
    phase: 'Running',
    containerStatuses: [running('mesh', '2026-01-01T00:00:09Z'), running('main', '2026-01-01T00:00:05Z')],
  },
};

describe('a replica whose first container is that of somebody else', () => {
  it('has the image of its own', () => expect(toReplicaPod(WITH_SIDECAR)?.image).toBe('model:1'));
  it('waits for the devices of its own', () =>
    expect(toReplicaPod(WITH_SIDECAR)?.deviceMap).toBe('one-devices'));
  it('started when its own did', () =>
    expect(toReplicaPod(WITH_SIDECAR)?.startedAt).toBe('2026-01-01T00:00:05.000Z'));
});

describe('a deleted replica with a finalizer of somebody else', () => {
  const deleted = (deletionGracePeriodSeconds: number, phase: string): PodWire => ({
    ...POD,
    metadata: {
      ...POD.metadata,
      finalizers: ['example.com/audit'],
      deletionTimestamp: '2026-01-01T00:00:09Z',
      deletionGracePeriodSeconds,
    },
    status: { phase },
  });

  it.each([
    ['runs until its kubelet has confirmed its end', deleted(30, 'Running'), 'Running', undefined],
    ['has ended then, and holds nothing', deleted(0, 'Running'), 'Succeeded', ['example.com/audit']],
    ['has ended where its status says it', deleted(30, 'Failed'), 'Failed', ['example.com/audit']],
  ])('%s', (_name, pod, phase, finalizers) =>
    expect(toReplicaPod(pod)).toMatchObject({ phase, terminating: true, ...maybe('finalizers', finalizers) }),
  );
});
