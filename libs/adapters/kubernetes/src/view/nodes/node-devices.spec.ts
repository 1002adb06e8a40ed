import { createModel, place, type ClusterNode, type GpuRequest } from '@tessera/domain-placement';
import { geometryOf, isValidLayout } from '@tessera/domain-mig';
import { ANNOTATIONS, GPU_RESOURCE, NODE_LABELS } from '@tessera/contracts-kubernetes';
import { maybe } from '@tessera/kernel';
import { toClusterNode } from './cluster-node';
import type { Held } from './device-offers';
import { deviceModel } from './node-devices';
import type { NodeWire, PodWire } from '../../api/wire';

const KEYS = { nodePool: NODE_LABELS.nodePool, nodeType: NODE_LABELS.nodeType };
const A100_80 = 'NVIDIA-A100-SXM4-80GB';

interface Given {
  readonly labels: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Resources of pods that are not ours. */
  readonly foreign?: Readonly<Record<string, string>>;
  readonly held?: readonly string[];
}

const meta = (name: string) => ({
  name,
  uid: name,
  resourceVersion: '1',
  creationTimestamp: '2026-01-01T00:00:00Z',
});

const wire = ({ labels, allocatable, annotations = {} }: Given): NodeWire => ({
  metadata: { ...meta('a'), labels, annotations },
  status: {
    allocatable: { cpu: '64', memory: '512Gi', ...allocatable },
    capacity: allocatable,
    conditions: [{ type: 'Ready', status: 'True' }],
  },
});

function nodeOf(given: Given): ClusterNode {
  const pods: PodWire[] =
    given.foreign === undefined
      ? []
      : [
          {
            metadata: { ...meta('p'), namespace: 'n' },
            spec: {
              nodeName: 'a',
              containers: [{ name: 'c', image: 'i', resources: { limits: given.foreign } }],
            },
          },
        ];
  const held: Held = { slots: new Set(), instances: new Set(given.held) };
  return toClusterNode(wire(given), pods, KEYS, () => held);
}

/** `slot: profile@start …`, one device after the other; `-` where an instance cannot be had, `whole` without MIG. */
const layout = ({ devices }: ClusterNode): string =>
  devices
    .map(({ slot, mig, unavailable }) => {
      const instances = mig?.instances.map(
        ({ profile, start, unavailable: out }) => `${profile}@${start}${out === true ? '-' : ''}`,
      );
      return `${slot}: ${instances?.join(' ') ?? 'whole'}${unavailable === true ? '-' : ''}`;
    })
    .join(' | ');

const decide = (node: ClusterNode, gpu: GpuRequest) =>
  place(createModel({ nodes: [node], quota: [] }), {
    id: 'r',
    workloadId: 'w',
    projectId: '1',
    departmentId: '2',
    gpu,
    gpuModels: [],
    cpuMilli: 100,
    memoryMiB: 100,
    extended: {},
    nodePools: [],
    nodeSelector: {},
    nodeAffinity: [],
    tolerations: [],
  });
const saying = (node: ClusterNode, gpu: GpuRequest): string => {
  const decision = decide(node, gpu);
  return decision.outcome === 'placed'
    ? JSON.stringify(decision.placement.devices)
    : decision.verdict.message;
};
const WHOLE: GpuRequest = { kind: 'whole', devices: 1 };
const HALF: GpuRequest = { kind: 'portion', devices: 1, milliGpu: 500 };
const mig = (profile: string): GpuRequest => ({ kind: 'mig', profile });

const SINGLE: Given = {
  labels: {
    [NODE_LABELS.migStrategy]: 'single',
    [NODE_LABELS.gpuProduct]: `${A100_80}-MIG-1g.10gb`,
    [NODE_LABELS.gpuCount]: '9',
    [NODE_LABELS.gpuMemory]: '9728',
  },
  allocatable: { [GPU_RESOURCE]: '9' },
};
const MIXED: Given = {
  labels: {
    [NODE_LABELS.migStrategy]: 'mixed',
    [NODE_LABELS.gpuProduct]: A100_80,
    [NODE_LABELS.gpuCount]: '3',
    [NODE_LABELS.gpuMemory]: '81920',
    'nvidia.com/mig-1g.10gb.count': '4',
    'nvidia.com/mig-1g.10gb.memory': '9728',
    'nvidia.com/mig-3g.40gb.count': '2',
    'nvidia.com/mig-1g.10gb.me.count': '1',
  },
  allocatable: {
    [GPU_RESOURCE]: '1',
    'nvidia.com/mig-1g.10gb': '4',
    'nvidia.com/mig-3g.40gb': '2',
    'nvidia.com/mig-1g.10gb.me': '1',
  },
};

describe('a node of the strategy single', () => {
  it('offers its instances by their profile, and nothing else', () => {
    const node = nodeOf(SINGLE);
    expect(layout(node)).toBe(
      `0: ${[0, 1, 2, 3, 4, 5, 6].map((start) => `1g.10gb@${start}`).join(' ')} | 1: 1g.10gb@0 1g.10gb@1`,
    );
    expect(JSON.parse(saying(node, mig('1g.10gb')))).toEqual([
      {
        slot: 1,
        milliGpu: 142,
        memoryMiB: 9728,
        mig: { profile: '1g.10gb', start: 0, strategy: 'single' },
      },
    ]);
    expect(saying(node, WHOLE)).toContain('too few devices for 1 whole device');
    expect(saying(node, HALF)).toContain('too few devices');
    expect(saying(node, mig('3g.40gb'))).toContain('no free MIG instance 3g.40gb');
  });

  it.each([
    ['unhealthy ones', { allocatable: { [GPU_RESOURCE]: '7' } }],
    ['those of others', { foreign: { [GPU_RESOURCE]: '2' } }],
  ])('leaves out %s, those that nobody of ours has first', (_what, given) => {
    expect(layout(nodeOf({ ...SINGLE, held: ['1/1'], ...given }))).toMatch(
      /1g\.10gb@6- \| 1: 1g\.10gb@0- 1g\.10gb@1$/,
    );
  });

  it('with different instances is not used, and reports why', () => {
    const labels = {
      ...SINGLE.labels,
      [NODE_LABELS.gpuProduct]: `${A100_80}-MIG-INVALID`,
      [NODE_LABELS.gpuCount]: '0',
    };
    const given = { labels, allocatable: { [GPU_RESOURCE]: '0' } };
    for (const gpu of [WHOLE, HALF, mig('1g.10gb')])
      expect(saying(nodeOf(given), gpu)).toContain(
        'MIG instances that differ although the strategy is single',
      );
    expect(decide(nodeOf(given), { kind: 'none' }).outcome).toBe('placed');
    expect(deviceModel(wire(given))).toEqual({ model: A100_80, memoryMiB: 0 });
  });
});

describe('a node of the strategy mixed', () => {
  it('offers whole devices and instances by their labels', () => {
    const node = nodeOf(MIXED);
    expect(node.devices.map((device) => (device.mig === undefined ? 'whole' : 'cut'))).toEqual([
      'whole',
      'cut',
      'cut',
    ]);
    const geometry = geometryOf(A100_80, 81_920);
    for (const device of node.devices)
      expect(geometry && isValidLayout(geometry, device.mig?.instances ?? [])).toBe(true);
    const all = node.devices.flatMap((device) => device.mig?.instances ?? []);
    expect(all.map(({ profile }) => profile).sort()).toEqual([
      '1g.10gb',
      '1g.10gb',
      '1g.10gb',
      '1g.10gb',
      '1g.10gb+me',
      '3g.40gb',
      '3g.40gb',
    ]);
    expect(JSON.parse(saying(node, WHOLE))).toMatchObject([{ slot: 0, milliGpu: 1000 }]);
    expect(JSON.parse(saying(node, mig('1g.10gb')))).toMatchObject([
      { milliGpu: 142, memoryMiB: 9728, mig: { profile: '1g.10gb' } },
    ]);
    expect(JSON.parse(saying(node, mig('1g.10gb.me')))).toMatchObject([{ mig: { profile: '1g.10gb+me' } }]);
    expect(saying(node, { kind: 'whole', devices: 2 })).toContain('too few devices');
  });

  it('does not offer devices of foreign pods', () => {
    const node = nodeOf({ ...MIXED, foreign: { 'nvidia.com/mig-3g.40gb': '2', [GPU_RESOURCE]: '1' } });
    expect(saying(node, mig('3g.40gb'))).toContain('no free MIG instance 3g.40gb');
    expect(saying(node, WHOLE)).toContain('too few devices for 1 whole device');
    expect(decide(node, mig('1g.10gb')).outcome).toBe('placed');
  });

  it('without a table for its model still offers the reported instances, sized by their name', () => {
    const labels = { ...MIXED.labels, [NODE_LABELS.gpuProduct]: 'NVIDIA-X1' };
    expect(JSON.parse(saying(nodeOf({ ...MIXED, labels }), mig('3g.40gb')))).toMatchObject([
      { milliGpu: 428 },
    ]);
  });
});

describe('a node whose devices are time-sliced', () => {
  const LABELS = {
    [NODE_LABELS.gpuProduct]: A100_80,
    [NODE_LABELS.gpuCount]: '2',
    [NODE_LABELS.gpuMemory]: '81920',
  };
  const SLICES = { 'nvidia.com/gpu.replicas': '4' };
  const SHARED = { [NODE_LABELS.gpuProduct]: `${A100_80}-SHARED` };
  const OFFERED = { [GPU_RESOURCE]: '8' };

  it.each<readonly [string, Given]>([
    ['with both labels', { labels: { ...LABELS, ...SLICES, ...SHARED }, allocatable: OFFERED }],
    [
      'with slices of another name',
      { labels: { ...LABELS, ...SLICES }, allocatable: { 'nvidia.com/gpu.shared': '8' } },
    ],
    ['by its product alone', { labels: { ...LABELS, ...SHARED }, allocatable: { [GPU_RESOURCE]: '2' } }],
    [
      'some of which others hold',
      { labels: { ...LABELS, ...SLICES, ...SHARED }, allocatable: OFFERED, foreign: { [GPU_RESOURCE]: '3' } },
    ],
  ])('%s, promises neither a whole device nor a share', (_what, given) => {
    const node = nodeOf(given);
    expect(layout(node)).toBe('0: whole- | 1: whole-');
    const share: GpuRequest = { kind: 'portion', devices: 1, milliGpu: 250 };
    for (const gpu of [WHOLE, share, { kind: 'memory', devices: 1, memoryMiB: 1024 } as const])
      expect(saying(node, gpu)).toContain('1 has time-sliced devices');
    expect(decide(node, { kind: 'none' }).outcome).toBe('placed');
  });

  it('in one slice each is an ordinary one', () => {
    const labels = { ...LABELS, 'nvidia.com/gpu.replicas': '1' };
    expect(decide(nodeOf({ labels, allocatable: { [GPU_RESOURCE]: '2' } }), WHOLE).outcome).toBe('placed');
  });

  it('promises the MIG instances that are not sliced, and no others', () => {
    const labels = { ...MIXED.labels, 'nvidia.com/mig-3g.40gb.replicas': '2' };
    const node = nodeOf({ ...MIXED, labels });
    expect(saying(node, mig('3g.40gb'))).toContain('no free MIG instance 3g.40gb');
    expect(decide(node, mig('1g.10gb')).outcome).toBe('placed');
    expect(decide(node, WHOLE).outcome).toBe('placed');
  });
});

describe('a node that does not report the memory of its devices', () => {
  const labels = { [NODE_LABELS.gpuProduct]: 'NVIDIA-GB10', [NODE_LABELS.gpuCount]: '1' };

  it.each([undefined, '', 'many'])('by the label %p, promises shares and no amounts', (text) => {
    const given = { ...labels, ...maybe(NODE_LABELS.gpuMemory, text) };
    const node = nodeOf({ labels: given, allocatable: { [GPU_RESOURCE]: '1' } });
    expect(decide(node, { kind: 'portion', devices: 1, milliGpu: 250 }).outcome).toBe('placed');
    const asked = decide(node, { kind: 'memory', devices: 1, memoryMiB: 1024 });
    expect(asked).toMatchObject({ verdict: { rejected: [{ code: 'GpuMemoryUnknown' }] } });
    expect(JSON.stringify(asked)).not.toContain('0 MiB');
  });
});

describe('a node that is being repartitioned', () => {
  const change = (phase: string): string =>
    JSON.stringify({
      version: 1,
      config: 'all-1g.10gb',
      phase,
      message: '',
      startedAt: '2026-01-01T00:00:00Z',
      since: '2026-01-01T00:00:00Z',
      cordoned: true,
      attempts: 0,
      deploy: {},
    });

  it.each([
    ['our record of it', { annotations: { [ANNOTATIONS.migChange]: change('Applying') } }],
    ['the word of mig-manager', { labels: { ...MIXED.labels, 'nvidia.com/mig.config.state': 'pending' } }],
  ])('by %s gets nothing placed, and that is reported', (_what, given) => {
    for (const gpu of [WHOLE, mig('1g.10gb'), { kind: 'none' } as const])
      expect(saying(nodeOf({ ...MIXED, ...given }), gpu)).toContain('being repartitioned');
  });

  it.each(['Succeeded', 'Failed', 'Refused'])('no longer, once that is %s', (phase) => {
    const annotations = { [ANNOTATIONS.migChange]: change(phase) };
    expect(nodeOf({ ...MIXED, annotations }).repartitioning).toBeUndefined();
  });
});
