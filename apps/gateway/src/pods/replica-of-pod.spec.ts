import type { PodWire } from '@tessera/adapter-kubernetes';
import { maybe } from '@tessera/kernel';
import { replicaOfPod } from './replica-of-pod';

interface Given {
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly deleted?: boolean;
  readonly ip?: string;
  readonly ready?: boolean;
  readonly waiting?: string;
}

const ID = '00000000-0000-4000-8000-000000000001';
const LABELS = {
  'app.kubernetes.io/managed-by': 'tessera',
  'tessera.io/workload-id': ID,
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
    ownerReferences: [
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'chat-workload', uid: 'r1', controller: true },
    ],
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
    ...maybe('podIP', given.ip),
  },
});

const replicaOf = (given: Given) =>
  replicaOfPod(pod(given), (namespace) => (namespace === 'runai-p1' ? { project: 'p1' } : undefined), {
    simulatedPods: false,
  });

describe('the replica of a pod', () => {
  it('carries names, id and address', () => {
    expect(replicaOf({ ready: true, ip: '10.0.0.1' })).toEqual({
      uid: 'u1',
      pod: 'chat-0',
      project: 'p1',
      workload: 'chat',
      workloadId: ID,
      address: '10.0.0.1:8000',
      ready: true,
    });
  });

  it('carries the name by which its server knows the model, and that its containers do not run', () => {
    const annotations = { 'tessera.io/serving-port': '8000', 'served-model-name': 'llama-3' };
    expect(replicaOf({ annotations, waiting: 'ErrImagePull' })).toMatchObject({
      servedModel: 'llama-3',
      failing: true,
    });
    expect(replicaOf({ waiting: 'ContainerCreating' })).not.toHaveProperty('failing');
  });

  it.each<{ given: Given; address: string | undefined; obstacle: string | undefined }>([
    { given: { ready: true, ip: 'fd00::1' }, address: '[fd00::1]:8000', obstacle: undefined },
    {
      given: { ready: true, ip: '169.254.169.254' },
      address: undefined,
      obstacle: 'has an address outside any pod network, which the gateway does not send requests to',
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
    const replica = replicaOf(given);
    expect(replica?.address).toBe(address);
    expect(replica?.obstacle).toBe(obstacle);
    expect(replica?.ready).toBe(obstacle === undefined);
  });

  it.each(Object.keys(LABELS))('is none without the label %s', (missing) => {
    const labels = Object.fromEntries(Object.entries(LABELS).filter(([key]) => key !== missing));
    expect(replicaOf({ labels, ready: true, ip: '10.0.0.1' })).toBeUndefined();
  });

  it('is none of another project, whatever its labels are', () => {
    const labels = { ...LABELS, 'tessera.io/project': 'p2' };
    expect(replicaOf({ labels, ready: true, ip: '10.0.0.1' })).toBeUndefined();
  });
});
