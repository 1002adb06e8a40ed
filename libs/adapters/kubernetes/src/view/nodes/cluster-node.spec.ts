import { GPU_RESOURCE, NODE_LABELS } from '@tessera/contracts-kubernetes';
import { toClusterNode } from './cluster-node';
import type { NodeWire, PodWire } from '../../api/wire';

const KEYS = { nodePool: NODE_LABELS.nodePool, nodeType: NODE_LABELS.nodeType };

interface Case {
  readonly name: string;
  /** What the device plugin offers; undefined where it never registered. */
  readonly allocatable: string | undefined;
  readonly held?: readonly number[];
  /** Devices of a pod that is not ours. */
  readonly foreign?: number;
  readonly usable: readonly number[];
}

const CASES: readonly Case[] = [
  { name: 'all are healthy', allocatable: '4', usable: [0, 1, 2, 3] },
  { name: 'nothing is reported', allocatable: undefined, usable: [0, 1, 2, 3] },
  { name: 'one is unhealthy', allocatable: '3', usable: [0, 1, 2] },
  { name: 'the last one is ours', allocatable: '3', held: [3], usable: [0, 1, 3] },
  { name: 'all that are left are ours', allocatable: '2', held: [0, 1, 2], usable: [0, 1] },
  { name: 'the device plugin is gone', allocatable: '0', usable: [] },
  { name: 'a foreign pod has one too', allocatable: '3', foreign: 1, usable: [0, 1] },
  { name: 'more is reported than the labels say', allocatable: '7', usable: [0, 1, 2, 3] },
];

describe('the devices of a node', () => {
  it.each(CASES)('that can be used when $name', ({ allocatable, held = [], foreign = 0, usable }) => {
    const node: NodeWire = {
      metadata: {
        name: 'a',
        uid: 'u',
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { [NODE_LABELS.gpuCount]: '4', [NODE_LABELS.gpuMemory]: '40960' },
      },
      status: { allocatable: allocatable === undefined ? {} : { [GPU_RESOURCE]: allocatable } },
    };
    const { devices } = toClusterNode(node, podsWith(foreign), KEYS, () => ({
      slots: new Set(held),
      instances: new Set(),
    }));
    expect(devices.filter(({ unavailable }) => unavailable !== true).map(({ slot }) => slot)).toEqual(usable);
  });
});

function podsWith(devices: number): readonly PodWire[] {
  if (devices === 0) return [];
  const resources = { limits: { [GPU_RESOURCE]: String(devices) } };
  return [
    {
      metadata: {
        name: 'p',
        namespace: 'n',
        uid: 'p',
        resourceVersion: '1',
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: { nodeName: 'a', containers: [{ name: 'c', image: 'i', resources }] },
    },
  ];
}

describe('the pods of a node', () => {
  const nodeWith = (allocatable: Readonly<Record<string, string>>): NodeWire => ({
    metadata: {
      name: 'a',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: '2026-01-01T00:00:00Z',
      labels: { [NODE_LABELS.gpuCount]: '4', [NODE_LABELS.gpuMemory]: '40960' },
    },
    status: { allocatable: { [GPU_RESOURCE]: '4', ...allocatable } },
  });

  it('are as many as kubelet admits', () => {
    const { pods, foreign } = toClusterNode(nodeWith({ pods: '110' }), podsWith(1), KEYS);
    expect([pods, foreign?.pods]).toEqual([110, 1]);
  });

  it('have no limit where the node names none', () => {
    expect(toClusterNode(nodeWith({}), [], KEYS).pods).toBeUndefined();
  });
});
