import type { CapacityChange, ReplicaPod, SurroundingsChange } from '@tessera/application-reconciliation';
import type { WorkloadRef } from '@tessera/contracts-events';
import { LABELS } from '@tessera/contracts-kubernetes';
import { silentLogger } from '@tessera/platform-logging';
import { deviceShare, gpuAllocation, workloadRef } from '@tessera/testing-builders';
import { InformedClusterView } from '../view/cluster-view';
import type { KubernetesConnection, WatchEvent } from '../api/connection';
import { reservationPod as podObject } from '../objects/reservation-pod';
import { toReplicaPod } from '../view/replica-pod';
import { WatchHealth } from '../watch/watch-health';
import type { NodeWire, PodWire } from '../api/wire';

const KEYS = { nodePool: 'pool', nodeType: 'type' };
let version = 1;
export const server = (uid: string) => ({
  uid,
  resourceVersion: String(++version),
  creationTimestamp: '2026-01-01T00:00:00Z',
});

/** A node with two GPUs, of which the device plugin offers `offered`. */
export const node = (name: string, offered = 2): NodeWire => ({
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

/** The accepted workloads, one for each replica. */
export const ACCEPTED: readonly WorkloadRef[] = ['one', 'two'].map((name, index) =>
  workloadRef(index + 1, { name: `of-${name}`, projectId: '7', projectName: 'p1', namespace: 'ours' }),
);
export const idOf = (name: string): string =>
  ACCEPTED.find((ref) => ref.name === `of-${name}`)?.workloadId ?? `unknown-${name}`;
export const OF_ONE = idOf('one');

export const recordOf = ({ name, namespace, workloadId }: WorkloadRef) => ({
  metadata: {
    name: `${name}-workload`,
    namespace,
    ...server(`uid-record-${name}`),
    labels: { [LABELS.workloadId]: workloadId },
  },
});

export const replica = (name: string, nodeName: string, slot: number): PodWire => ({
  metadata: {
    name,
    namespace: 'ours',
    ...server(`uid-${name}`),
    labels: {
      [LABELS.managedBy]: 'tessera',
      [LABELS.workloadId]: idOf(name),
      [LABELS.workloadName]: `of-${name}`,
      [LABELS.project]: 'p1',
      [LABELS.projectId]: '7',
    },
    ownerReferences: [
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: `of-${name}-workload`,
        uid: `uid-record-of-${name}`,
        controller: true,
      },
    ],
    annotations: {
      'tessera.io/allocation': JSON.stringify(
        gpuAllocation({ node: nodeName, devices: [deviceShare(slot)] }),
      ),
    },
  },
  spec: { nodeName, containers: [{ name: 'main', image: 'model:1' }] },
});

/** The replica before its pod exists. */
export const assume = (name: string, nodeName: string, slot: number): ReplicaPod => {
  const pod = toReplicaPod(replica(name, nodeName, slot));
  if (pod === undefined) throw new Error('not one of ours');
  return { ...pod, uid: '' };
};

export const foreign = (name: string, nodeName: string): PodWire => ({
  metadata: { name, namespace: 'theirs', ...server(`uid-${name}`) },
  spec: {
    nodeName,
    containers: [{ name: 'c', resources: { requests: { cpu: '1' }, limits: { 'nvidia.com/gpu': '1' } } }],
  },
  status: { phase: 'Running' },
});

export const reservationPod = (nodeName: string, slot: number): PodWire => {
  const pod = podObject(
    { node: nodeName, slot },
    { namespace: 'reservations', image: 'h', command: [] },
  ) as unknown as PodWire;
  return { ...pod, metadata: { ...pod.metadata, ...server(`uid-holder-${nodeName}-${slot}`) } };
};

const OPTIONS = {
  keys: KEYS,
  exposure: { kind: 'none' },
  clock: { now: () => 0 },
  reservationNamespace: 'reservations',
} as const;

/** Where tests send events of image pulls, which have a watch of their own. */
export const IMAGE_PULLS = '/api/v1/events?reason=Pulled';

/** A view on objects that the test changes, with or without watch events. */
export async function setUp(
  nodes: readonly NodeWire[],
  pods: readonly PodWire[],
  accepted: readonly WorkloadRef[] = ACCEPTED,
  records: readonly object[] = ACCEPTED.map(recordOf),
) {
  const items: Record<string, readonly object[]> = {
    '/api/v1/nodes': nodes,
    '/api/v1/pods': pods,
    '/api/v1/configmaps': records,
  };
  const watches: Record<string, { events: WatchEvent[]; wake: () => void }> = {};
  const connection = {
    watches: new WatchHealth({ silentMs: 75_000, patienceMs: 15_000, now: () => 0 }),
    request: async (_method: string, path: string) =>
      items['/api/v1/pods']?.find(
        (pod) => path === `/api/v1/namespaces/ours/pods/${(pod as PodWire).metadata.name}`,
      ) ?? { items: items[path] ?? [], metadata: { resourceVersion: String(++version) } },
    async *watch(path: string, query: object, signal: AbortSignal): AsyncGenerator<WatchEvent> {
      const pulls = 'fieldSelector' in query && String(query.fieldSelector).includes('reason=Pulled');
      const watch = (watches[pulls ? IMAGE_PULLS : path] = {
        events: [] as WatchEvent[],
        wake: () => undefined as void,
      });
      signal.addEventListener('abort', () => watch.wake());
      for (;;) {
        const event = watch.events.shift();
        if (event !== undefined) yield event;
        else if (signal.aborted) return;
        else await new Promise<void>((resolve) => (watch.wake = resolve));
      }
    },
  } as unknown as KubernetesConnection;
  const enqueued: string[] = [];
  const started: string[] = [];
  const unknown: string[] = [];
  const known = new Map(accepted.map((ref) => [ref.workloadId, ref]));
  const freed: { times: number; changes: CapacityChange[] } = { times: 0, changes: [] };
  const surroundings: SurroundingsChange[] = [];
  const options = { ...OPTIONS, refOf: (id: string) => known.get(id) };
  const view = new InformedClusterView(connection, silentLogger, options, {
    onUnknownWorkload: (id) => unknown.push(id),
    onWorkload: (id) => enqueued.push(id),
    onCapacity: (change) => {
      freed.times += 1;
      freed.changes.push(change);
    },
    onSurroundings: (change) => surroundings.push(change),
    onReplica: ({ name, phase }) => started.push(`${name} ${phase}`),
    onImagePulled: (uid) => started.push(`${uid} pulled`),
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
    enqueued,
    /** Replicas and image pulls, in the order in which they were reported. */
    started,
    unknown,
    accept(ref: WorkloadRef): void {
      known.set(ref.workloadId, ref);
      view.ownerChanged(ref.workloadId);
    },
    settle,
    freed,
    send,
    nodeOf: (name: string) => view.nodes().find((one) => one.name === name),
    seen: (type: WatchEvent['type'], object: PodWire | NodeWire) =>
      send('spec' in object && 'containers' in (object.spec ?? {}) ? '/api/v1/pods' : '/api/v1/nodes', {
        type,
        object,
      }),
    /** The watch ends, and the next list returns these objects. */
    async unseen(next: readonly PodWire[]): Promise<void> {
      items['/api/v1/pods'] = next;
      await send('/api/v1/pods', { type: 'ERROR', object: { code: 410, reason: 'Expired' } });
      await settle();
    },
  };
}

export const unavailable = (of: ReturnType<Awaited<ReturnType<typeof setUp>>['nodeOf']>) =>
  of?.devices.map((device) => device.unavailable === true);
