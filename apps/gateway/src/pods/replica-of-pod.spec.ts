import type { PodWire } from '@tessera/adapter-kubernetes';
import { replicaOfPod } from './replica-of-pod';

interface Given {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly deleted?: boolean;
  readonly ip?: string;
  readonly ready?: boolean;
  readonly waiting?: string;
}

const LABELS = {
  'tessera.io/workload-id': 'w1',
  'tessera.io/workload-name': 'chat',
  'tessera.io/project': 'p1',
};

const pod = (given: Given): PodWire => ({
  metadata: {
    name: 'chat-0',
    namespace: 'runai-p1',
    uid: 'u1',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
    labels: given.labels ?? LABELS,
    annotations: given.annotations ?? { 'tessera.io/serving-port': '8000' },
    ...(given.deleted ? { deletionTimestamp: '2026-01-01T00:01:00Z' } : {}),
  },
  spec: { containers: [{ name: 'main' }] },
  status: {
    phase: given.ready ? 'Running' : 'Pending',
    conditions: [{ type: 'Ready', status: given.ready ? 'True' : 'False' }],
    containerStatuses: [
      { name: 'main', state: given.waiting === undefined ? {} : { waiting: { reason: given.waiting } } },
    ],
    ...(given.ip === undefined ? {} : { podIP: given.ip }),
  },
});

describe('the replica that a pod is', () => {
  it('carries names, id and address', () => {
    expect(replicaOfPod(pod({ ready: true, ip: '10.0.0.1' }))).toEqual({
      uid: 'u1',
      pod: 'chat-0',
      project: 'p1',
      workload: 'chat',
      workloadId: 'w1',
      address: '10.0.0.1:8000',
      ready: true,
    });
  });

  it.each<{ given: Given; address: string | undefined; obstacle: string | undefined }>([
    { given: { ready: true, ip: 'fd00::1' }, address: '[fd00::1]:8000', obstacle: undefined },
    {
      given: { ready: true, ip: '10.0.0.1', annotations: { 'tessera.io/serving-address': '127.0.0.1:5' } },
      address: '127.0.0.1:5',
      obstacle: undefined,
    },
    {
      given: { ready: true, ip: '10.0.0.1', annotations: {} },
      address: undefined,
      obstacle: 'is ready but has no serving port',
    },
    {
      given: { ready: true, ip: '10.0.0.1', deleted: true },
      address: '10.0.0.1:8000',
      obstacle: 'is being deleted',
    },
    { given: {}, address: undefined, obstacle: 'is Pending and not ready' },
    {
      given: { waiting: 'ImagePullBackOff' },
      address: undefined,
      obstacle: 'is Pending (ImagePullBackOff) and not ready',
    },
  ])('of $given has address $address and obstacle $obstacle', ({ given, address, obstacle }) => {
    const replica = replicaOfPod(pod(given));
    expect(replica?.address).toBe(address);
    expect(replica?.obstacle).toBe(obstacle);
    expect(replica?.ready).toBe(obstacle === undefined);
  });

  it.each(Object.keys(LABELS))('is none without the label %s', (missing) => {
    const labels = Object.fromEntries(Object.entries(LABELS).filter(([key]) => key !== missing));
    expect(replicaOfPod(pod({ labels, ready: true, ip: '10.0.0.1' }))).toBeUndefined();
  });
});
