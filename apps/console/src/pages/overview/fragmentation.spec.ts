import type { Node } from './capacity';
import { askOf, fragmentationOf, type Ask } from './fragmentation';

type Gpu = Partial<Node['gpus'][number]>;
const gpu = (allocatedGpu: number, rest: Gpu = {}): Gpu => ({ allocatedGpu, available: true, ...rest });
const node = (gpus: readonly Gpu[], rest: Partial<Node> = {}): Node =>
  ({ status: 'Ready', nodePool: 'default', gpus, ...rest }) as unknown as Node;
const share = (devices: number, part: number, pools: readonly string[] = []): Ask => ({
  pools,
  gpu: { kind: 'share', devices, share: part },
});
const half = [gpu(0.5), gpu(0.8)];
const cut = gpu(0, {
  mig: [
    { profile: '3g.20gb', start: 0, used: true },
    { profile: '2g.10gb', start: 4, used: false },
    { profile: '1g.5gb', start: 6, used: false },
  ],
});

describe('the free share that no request can use', () => {
  it.each([
    ['is nothing where each device has room for one', [node(half)], [share(1, 0.2)], 0.7, 0],
    ['is what lies on devices too full for any', [node(half)], [share(1, 0.4), share(1, 0.6)], 0.7, 0.2],
    ['is all where a node has too few such devices', [node(half)], [share(2, 0.4)], 0.7, 0.7],
    [
      'is none where enough of them are on one node',
      [node([gpu(0), gpu(0), gpu(0.1)])],
      [share(2, 1)],
      2.9,
      0.9,
    ],
    ['is all in other pools', [node(half)], [share(1, 0.1, ['a100'])], 0.7, 0.7],
    ['is all where nobody waits', [node(half)], [], 0.7, 0.7],
    ['leaves out nodes that are not ready', [node(half, { status: 'Unschedulable' })], [share(1, 1)], 0, 0],
    [
      'leaves out devices that are not available',
      [node([gpu(0, { available: false })])],
      [share(1, 1)],
      0,
      0,
    ],
  ] as const)('%s', (_title, nodes, asks, free, unusable) => {
    const found = fragmentationOf(nodes, asks);
    expect(found.free).toBeCloseTo(free, 9);
    expect(found.unusable).toBeCloseTo(unusable, 9);
  });

  it('is of a device under MIG what is free in instances of no wanted profile', () => {
    const mig = (profile: string): Ask => ({ pools: [], gpu: { kind: 'mig', profile } });
    const found = (...asks: readonly Ask[]) => fragmentationOf([node([cut])], asks);
    expect(found().free).toBeCloseTo(3 / 7, 9);
    expect(found(mig('2g.10gb'), share(1, 0.1)).unusable).toBeCloseTo(1 / 7, 9);
    expect(found(mig('2g.10gb'), mig('1g.5gb')).unusable).toBeCloseTo(0, 9);
    expect(found(mig('3g.20gb')).unusable).toBeCloseTo(3 / 7, 9);
  });

  it('is decided by memory where memory is asked for', () => {
    const device = gpu(0.5, { memoryMiB: 40_000, allocatedMemoryMiB: 20_000 });
    const asks = (mib: number): readonly Ask[] => [{ pools: [], gpu: { kind: 'memory', mib } }];
    expect(fragmentationOf([node([device])], asks(20_000)).unusable).toBe(0);
    expect(fragmentationOf([node([device])], asks(20_001)).unusable).toBe(0.5);
  });
});

describe('what a replica asks for', () => {
  const asked = (podsRequestedResources: object) =>
    askOf({ podsRequestedResources, requestedNodePools: ['a'] } as unknown as Parameters<typeof askOf>[0]);

  it.each([
    [{ gpu: { request: 0.25 } }, { kind: 'share', devices: 1, share: 0.25 }],
    [{ gpu: { request: 2 } }, { kind: 'share', devices: 2, share: 1 }],
    [{ gpu: { request: 1.5 } }, { kind: 'share', devices: 2, share: 0.75 }],
    [
      { gpu: null, gpuMemory: { request: '2048Mi' } },
      { kind: 'memory', mib: 2048 },
    ],
    [
      { gpu: null, gpuMemory: { request: '2Gi' } },
      { kind: 'memory', mib: 2048 },
    ],
    [
      { gpu: null, migProfile: ['1g.5gb'] },
      { kind: 'mig', profile: '1g.5gb' },
    ],
  ])('%j', (resources, gpuAsked) => {
    expect(asked(resources)).toEqual({ pools: ['a'], gpu: gpuAsked });
  });

  it('is nothing without a GPU', () => {
    expect(asked({ gpu: null, gpuMemory: null, migProfile: null })).toBeUndefined();
  });
});
