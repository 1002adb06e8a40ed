import type { ClusterNodes } from '../../api/use-nodes';
import { DEVICE, deviceAt, layoutOf } from './layout';

type Node = ClusterNodes['nodes'][number];
type Gpu = Node['gpus'][number];

const gpu = (index: number, change: Partial<Gpu> = {}): Gpu => ({
  index,
  model: 'NVIDIA-L40S',
  memoryMiB: 46_068,
  allocatedGpu: 0,
  allocatedMemoryMiB: 0,
  available: true,
  ...change,
});
const node = (name: string, gpus: readonly Gpu[]): Node => ({ name, gpus }) as unknown as Node;
const many = (count: number): Node[] =>
  Array.from({ length: count }, (_, n) => node(`n${n}`, [gpu(0), gpu(1)]));

describe('the map of a cluster', () => {
  it('fills its width with nodes and begins a new row where it is full', () => {
    const { boxes, width } = layoutOf(many(5), 260);
    expect(boxes.map(({ x, y }) => [x > 0, y > 0])).toEqual([
      [false, false],
      [true, false],
      [false, true],
      [true, true],
      [false, true],
    ]);
    expect(width).toBeLessThanOrEqual(260);
  });

  it('has one column where there is no room for two', () => {
    expect(new Set(layoutOf(many(3), 10).boxes.map(({ x }) => x)).size).toBe(1);
  });

  it('never draws a device over another one', () => {
    const { devices } = layoutOf(many(40), 900);
    const places = new Set(devices.map(({ x, y }) => `${x} ${y}`));
    expect([devices.length, places.size]).toEqual([80, 80]);
  });

  it('draws the allocated part of a device, and MIG instances in their places', () => {
    const mig = [
      { profile: '3g.20gb', start: 0, used: true },
      { profile: '1g.5gb', start: 4, used: false },
    ];
    const { devices } = layoutOf([node('n', [gpu(0, { allocatedGpu: 0.25 }), gpu(1, { mig }), gpu(2)])], 900);
    expect(devices.map(({ pieces }) => pieces.map(({ from, to, kind }) => [from, to, kind]))).toEqual([
      [[0, 0.25, 'shared']],
      [
        [0, 3 / 7, 'mig-used'],
        [4 / 7, 5 / 7, 'mig-free'],
      ],
      [],
    ]);
  });

  it('finds the device at a point, and none between two', () => {
    const layout = layoutOf(many(1), 900);
    const [first] = layout.devices;
    expect(deviceAt(layout, (first?.x ?? 0) + 1, (first?.y ?? 0) + 1)).toBe(first);
    expect(deviceAt(layout, (first?.x ?? 0) + 1, (first?.y ?? 0) + DEVICE.height + 1)).toBeUndefined();
  });
});
