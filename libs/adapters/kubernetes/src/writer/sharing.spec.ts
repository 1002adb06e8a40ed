import {
  accepted,
  type ReservationPod,
  type NewReplica,
  type ReplicaPod,
} from '@tessera/application-reconciliation';
import {
  DEFAULT_PROJECT_NETWORK,
  RESERVATION_ANNOTATIONS,
  type GpuMemoryEnforcement,
} from '@tessera/contracts-kubernetes';
import { DEFAULT_GUARDRAILS, toIntent } from '@tessera/domain-workload';
import { maybe } from '@tessera/kernel';
import { KubernetesClusterWriter } from './cluster-writer';
import type { KubernetesConnection } from '../api/connection';
import { KubernetesApiError } from '../api/errors';
import { toReservationPod } from '../view/reservation-pods';
import { reservationPodName, reservationPod } from '../objects/reservation-pod';
import { replicaPod } from '../objects/pod';
import { PLAIN_SHARING } from '../objects/sharing';
import { toReplicaPod } from '../view/replica-pod';
import type { PodWire } from '../api/wire';
import { COMMAND } from '../testing/command';

const RESERVATION_PODS = { namespace: 'reservations', image: 'reservation:1', command: [] };
const GROUP = { node: 'node-a', slot: 3 };

/** Two devices of half a GPU each. */
function halves(limit?: number) {
  const compute = {
    gpuDevicesRequest: 2,
    gpuRequestType: 'portion',
    gpuPortionRequest: 0.5,
    ...maybe('gpuPortionLimit', limit),
  };
  const spec = { image: 'model:1', compute };
  const workload = accepted({ ...COMMAND, spec }, COMMAND.createdAt);
  const devices = [0, 1].map((slot) => ({ slot, milliGpu: 500, memoryMiB: 20_000 }));
  const replica: NewReplica = {
    ordinal: 0,
    name: 'chat-0',
    placement: { node: 'node-a', kind: 'portion', devices },
  };
  return { target: { workload, intent: toIntent(spec).intent }, replica };
}

const wire = (pod: object, more: object = {}): PodWire => {
  const { metadata, ...rest } = pod as PodWire;
  const server = { uid: 'u', resourceVersion: '1', creationTimestamp: '2026-01-01T00:00:00Z' };
  return { ...rest, metadata: { ...metadata, ...server, ...more } } as PodWire;
};

describe('the name of a reservation pod', () => {
  it('is the same for the same group, and a DNS label whatever the node is called', () => {
    expect(reservationPodName(GROUP)).toBe(reservationPodName({ ...GROUP }));
    for (const node of ['node-a', 'ip-10-0-0-1.ec2.internal', `${'very-long-name-'.repeat(16)}x`])
      expect(reservationPodName({ node, slot: 15 })).toMatch(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/);
  });

  it('differs between groups, also if the part of the node name that fits is equal', () => {
    const long = 'x'.repeat(100);
    const groups = [
      { node: 'a', slot: 1 },
      { node: 'a', slot: 11 },
      { node: 'a-1', slot: 1 },
      { node: `${long}-1`, slot: 1 },
      { node: `${long}-2`, slot: 1 },
    ];
    expect(new Set(groups.map(reservationPodName)).size).toBe(groups.length);
  });
});

describe('the reservation pod', () => {
  it('has the name of its group, so that a second one of the same group is rejected', () => {
    expect(reservationPod(GROUP, RESERVATION_PODS).metadata?.name).toBe(reservationPodName(GROUP));
  });

  it('requests one device and nothing else, on its node, whatever taints that has', () => {
    const { spec } = reservationPod(GROUP, {
      ...RESERVATION_PODS,
      runtimeClass: 'nvidia',
      command: ['/holder'],
    });
    expect(spec).toMatchObject({
      nodeName: 'node-a',
      runtimeClassName: 'nvidia',
      serviceAccountName: 'tessera-reservation',
      tolerations: [{ operator: 'Exists' }],
    });
    const [container] = spec?.containers ?? [];
    expect(container?.command).toEqual(['/holder']);
    expect(container?.resources).toEqual({
      requests: { 'nvidia.com/gpu': '1' },
      limits: { 'nvidia.com/gpu': '1' },
    });
  });

  it('is read back with its group, and with its device once reported', () => {
    const pod = reservationPod(GROUP, RESERVATION_PODS);
    expect(toReservationPod(wire(pod), 'reservations')).toMatchObject({ ...GROUP, phase: 'Pending' });
    const devicesIn = (text: string) =>
      toReservationPod(wire(pod, { annotations: { [RESERVATION_ANNOTATIONS.uuid]: text } }), 'reservations')
        ?.device;
    expect(devicesIn('GPU-1')).toBe('GPU-1');
    expect(devicesIn('k8s.device-plugin.nvidia.com/gpu=GPU-1')).toBe('GPU-1');
    expect(devicesIn('')).toBeUndefined();
  });

  it('is ignored without its labels, and outside the reservation namespace', () => {
    const pod = reservationPod(GROUP, RESERVATION_PODS);
    const labels = { 'app.kubernetes.io/component': 'gpu-reservation' };
    expect(toReservationPod(wire(pod, { labels }), 'reservations')).toBeUndefined();
    expect(toReservationPod(wire(pod), 'elsewhere')).toBeUndefined();
  });
});

describe('the pod of a replica that shares devices', () => {
  const environment = (replica: NewReplica, sharing = PLAIN_SHARING, limit?: number) => {
    const { target } = halves(limit);
    const pod = replicaPod(target, replica, sharing);
    const env = Object.fromEntries((pod.spec?.containers[0]?.env ?? []).map((one) => [one.name, one]));
    return { pod, env };
  };
  const known = { ...halves().replica, devices: ['GPU-1', 'GPU-2'] };

  it('names its devices if they are known', () => {
    const { pod, env } = environment(known);
    expect(env['NVIDIA_VISIBLE_DEVICES']?.value).toBe('GPU-1,GPU-2');
    expect(env['GPU_PORTION']?.value).toBe('0.5');
    expect(toReplicaPod(wire(pod))?.devices).toEqual(['GPU-1', 'GPU-2']);
  });

  it('names them by CDI if the runtime is configured so', () => {
    const { env } = environment(known, { ...PLAIN_SHARING, deviceNames: 'cdi' });
    expect(env['NVIDIA_VISIBLE_DEVICES']?.value).toBe(
      'k8s.device-plugin.nvidia.com/gpu=GPU-1,k8s.device-plugin.nvidia.com/gpu=GPU-2',
    );
  });

  it.each(['none', 'hami-core', 'nv-fractions'] as const)(
    'has no limit of its memory where that is unknown, and reports it, with %s',
    (enforcement) => {
      const devices = known.placement.devices.map((share) => ({ ...share, memoryMiB: 0 }));
      const unknown = { ...known, placement: { ...known.placement, devices } };
      const { pod, env } = environment(unknown, { ...PLAIN_SHARING, enforcement });
      expect(env['CUDA_DEVICE_MEMORY_LIMIT']).toBeUndefined();
      expect(JSON.stringify(pod)).not.toMatch(/gpu-memory|"0Mi"|"0m"/);
      expect(env['NVIDIA_VISIBLE_DEVICES']?.value).toBe('GPU-1,GPU-2');
      expect(toReplicaPod(wire(pod))?.allocation).toMatchObject({ enforcement: 'none' });
    },
  );

  it('cannot start before they are known', () => {
    const { pod, env } = environment({ ...halves().replica, deviceMap: 'chat-0-gpu-1' });
    expect(env['NVIDIA_VISIBLE_DEVICES']?.valueFrom?.configMapKeyRef).toEqual({
      name: 'chat-0-gpu-1',
      key: 'NVIDIA_VISIBLE_DEVICES',
      optional: false,
    });
    const read = toReplicaPod(wire(pod));
    expect([read?.devices, read?.deviceMap]).toEqual([undefined, 'chat-0-gpu-1']);
  });

  it('has no problem while it only waits for them, or kubelet has not retried', () => {
    const { pod } = environment({ ...halves().replica, deviceMap: 'chat-0-gpu-1' });
    const waiting = { reason: 'CreateContainerConfigError', message: 'configmap "chat-0-gpu-1" not found' };
    const status = { phase: 'Pending', containerStatuses: [{ name: 'main', state: { waiting } }] };
    expect(toReplicaPod({ ...wire(pod), status })?.reason).toBeUndefined();
    const later = wire({ ...pod, status }, { annotations: { 'tessera.io/gpu-devices': 'GPU-1,GPU-2' } });
    expect(toReplicaPod({ ...later, status })?.reason).toBeUndefined();
    const other = { ...waiting, message: 'secret "token" not found' };
    const missing = { phase: 'Pending', containerStatuses: [{ name: 'main', state: { waiting: other } }] };
    expect(toReplicaPod({ ...later, status: missing })?.reason).toBe('CreateContainerConfigError');
  });

  it.each<[GpuMemoryEnforcement, number | undefined, Record<string, string>]>([
    ['none', undefined, {}],
    ['hami-core', undefined, { CUDA_DEVICE_MEMORY_LIMIT: '20000m' }],
    ['hami-core', 0.75, { CUDA_DEVICE_MEMORY_LIMIT: '30000m' }],
    [
      'nv-fractions',
      0.75,
      {
        'nvidia.com/container.main.gpu-memory.request': '20000Mi',
        'nvidia.com/container.main.gpu-memory.limit': '30000Mi',
        'nvidia.com/container.main.gpus.devices':
          'k8s.device-plugin.nvidia.com/gpu=GPU-1,k8s.device-plugin.nvidia.com/gpu=GPU-2',
      },
    ],
  ])('keeps within its memory by %s with a limit of %s', (enforcement, limit, wanted) => {
    const { pod, env } = environment(known, { ...PLAIN_SHARING, enforcement }, limit);
    const added = {
      ...Object.fromEntries(
        Object.entries(pod.metadata?.annotations ?? {}).filter(([name]) => name.startsWith('nvidia.com/')),
      ),
      ...(env['CUDA_DEVICE_MEMORY_LIMIT'] === undefined
        ? {}
        : { CUDA_DEVICE_MEMORY_LIMIT: env['CUDA_DEVICE_MEMORY_LIMIT'].value }),
    };
    expect(added).toEqual(wanted);
    expect(toReplicaPod(wire(pod))?.allocation?.enforcement).toBe(enforcement);
  });

  it('never has the devices that a user named', () => {
    const { target, replica } = halves();
    const env = [{ name: 'NVIDIA_VISIBLE_DEVICES', from: 'value' as const, value: 'all' }];
    const container = { ...target.intent.container, env };
    for (const kind of ['portion', 'none'] as const) {
      const placement = { ...replica.placement, kind };
      const pod = replicaPod(
        { ...target, intent: { ...target.intent, container } },
        { ...replica, placement, devices: ['GPU-1', 'GPU-2'] },
        PLAIN_SHARING,
      );
      expect(pod.spec?.containers[0]?.env?.map(({ value }) => value)).not.toContain('all');
    }
  });
});

describe('creating a reservation pod that already exists', () => {
  const found = (more: object, node = 'node-a') =>
    wire(
      { ...reservationPod({ ...GROUP, node }, RESERVATION_PODS) },
      { name: reservationPodName(GROUP), ...more },
    );

  it('succeeds', async () => {
    const { writer, seen } = writerFinding(found({}));
    await writer.createReservationPod(GROUP);
    expect(seen.map(({ metadata }) => metadata.name)).toEqual([reservationPodName(GROUP)]);
  });

  it.each([
    ['is about to disappear', found({ deletionTimestamp: '2026-01-01T00:00:00Z' }), /still terminating/],
    ['is on another node', found({}, 'node-b'), /on node-b already has the name/],
  ])('is no success where it %s', async (_what, pod, message) => {
    const { writer, seen } = writerFinding(pod);
    await expect(writer.createReservationPod(GROUP)).rejects.toThrow(message);
    expect(seen).toEqual([]);
  });
});

it('injects devices before it marks the pod, also after an earlier attempt', async () => {
  const { writer, calls } = writerFinding(wire({ metadata: { name: 'chat-0' }, spec: { containers: [] } }));
  const pod = { name: 'chat-0', namespace: 'a', uid: 'u', deviceMap: 'chat-0-gpu-1' } as ReplicaPod;
  await writer.injectDevices(pod, ['GPU-1']);
  expect(calls).toEqual([
    'POST /api/v1/namespaces/a/configmaps',
    'PUT /api/v1/namespaces/a/configmaps/chat-0-gpu-1',
    'PATCH /api/v1/namespaces/a/pods/chat-0',
  ]);
});

it('deletes exactly this reservation pod at once, and no successor of its name', async () => {
  const { writer, bodies } = writerFinding(wire(reservationPod(GROUP, RESERVATION_PODS)));
  await writer.removeReservationPod({
    ...GROUP,
    namespace: 'reservations',
    name: reservationPodName(GROUP),
    uid: 'u',
  } as ReservationPod);
  expect(bodies).toEqual([
    { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid: 'u' } },
  ]);
});

/** A writer on a cluster in which every object exists already, and pods look like this one. */
function writerFinding(pod: PodWire, namespaces: 'create' | 'adopt' = 'create') {
  const calls: string[] = [];
  const bodies: unknown[] = [];
  const seen: PodWire[] = [];
  const connection = {
    request: async (method: string, path: string, { body }: { body?: unknown } = {}) => {
      calls.push(`${method} ${path}`);
      bodies.push(body);
      if (method === 'POST') throw new KubernetesApiError(409, method, path, { reason: 'AlreadyExists' });
      return pod;
    },
  } as unknown as KubernetesConnection;
  const listener = { onPod: (one: PodWire) => seen.push(one), onPodGone: () => undefined };
  const options = {
    namespaces,
    reservedNamespaces: [],
    guardrailsOf: () => DEFAULT_GUARDRAILS,
    refusalsOf: () => [],
    network: { ...DEFAULT_PROJECT_NETWORK, gatewayNamespace: 'tessera' },
    sharing: PLAIN_SHARING,
    reservationPods: RESERVATION_PODS,
    exposure: { kind: 'none' },
    mayWrite: () => true,
  } as const;
  const cache = {} as never;
  return { writer: new KubernetesClusterWriter(connection, cache, listener, options), calls, bodies, seen };
}

it.each([
  ['create', true],
  ['adopt', false],
] as const)(
  'makes what reservation pods need; their namespace where namespaces are ours to %s',
  async (namespaces, made) => {
    const { writer, calls } = writerFinding(wire(reservationPod(GROUP, RESERVATION_PODS), {}), namespaces);
    await writer.createReservationPod(GROUP).catch(() => undefined);
    expect(calls.includes('POST /api/v1/namespaces')).toBe(made);
    expect(calls).toContain('POST /api/v1/namespaces/reservations/serviceaccounts');
  },
);
