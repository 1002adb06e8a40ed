import type { Device } from '@tessera/domain-placement';
import { deviceShare, gpuAllocation, gpuNode } from '@tessera/testing-builders';
import type { NodeStatus } from '../model/cluster';
import type { ReplicaPod } from '../model/replica';
import type { ReservationPod } from '../model/reservation';
import { replicaPod } from '../testing/replica-pod';
import { holdersOf } from './device-holders';
import { nodeReports, pageOf } from './node-report';

const A100: Device = { slot: 0, model: 'NVIDIA-A100-SXM4-40GB', memoryMiB: 40_960 };
type Shares = NonNullable<ReplicaPod['allocation']>['devices'];
const holding = (name: string, devices: Shares, change: Partial<ReplicaPod> = {}): ReplicaPod =>
  replicaPod({ name, allocation: gpuAllocation({ devices }), ...change });
const half = (slot: number): Shares => [deviceShare(slot)];

describe('the holders of a device', () => {
  it('are the pods that have a share of it, oldest first', () => {
    const late = holding('b-1', half(0), { ordinal: 1, createdAt: '2026-01-02T00:00:00.000Z' });
    expect(holdersOf(A100, [late, holding('a-0', half(0)), holding('c-0', half(1))])).toEqual([
      {
        ...{
          workloadId: late.workloadId,
          namespace: late.namespace,
          pod: 'a-0',
          replica: 0,
          milliGpu: 500,
          memoryMiB: 20_480,
        },
        since: '2026-01-01T00:00:00.000Z',
      },
      {
        ...{
          workloadId: late.workloadId,
          namespace: late.namespace,
          pod: 'b-1',
          replica: 1,
          milliGpu: 500,
          memoryMiB: 20_480,
        },
        since: '2026-01-02T00:00:00.000Z',
      },
    ]);
  });

  it.each(['Succeeded', 'Failed'] as const)('are not those that ended: %s', (phase) => {
    expect(holdersOf(A100, [holding('a-0', half(0), { phase })])).toEqual([]);
  });

  it.each([
    ['of a known geometry has its size', A100, 4],
    ['of another one has none', { ...A100, model: 'NVIDIA-L40S', memoryMiB: 46_068 }, undefined],
  ])('an instance %s', (_title, device, size) => {
    const instance = { profile: '3g.20gb', start: 4 };
    const pod = holding('a-0', [{ slot: 0, milliGpu: 428, memoryMiB: 19_968, mig: instance }]);
    expect(holdersOf(device, [pod])[0]?.mig).toEqual(size === undefined ? instance : { ...instance, size });
  });
});

const state = (name: string): NodeStatus => ({ name, uid: name, createdAt: '', conditions: [] });
const reservation: ReservationPod = {
  ...{ uid: 'r', name: 'reserve-1', namespace: 'reserved', node: 'node-a', slot: 0, device: 'GPU-1' },
  ...{ phase: 'Running', terminating: false, createdAt: '2026-01-01T00:00:00Z' },
};

describe('the reports of nodes', () => {
  const nodes = [{ ...gpuNode('node-a', 2), replicas: [] }];
  const podsOn = () => [holding('a-0', half(0))];
  const reservationPodOf = (group: string) => (group === 'node-a/0' ? reservation : undefined);

  it('say whose the shares are, and which reservation pod holds the device', () => {
    const [report] = nodeReports({ nodes, quota: [] }, [state('node-a')], { podsOn, reservationPodOf });
    expect(report?.devices.map(({ holders }) => holders?.map(({ pod }) => pod))).toEqual([['a-0'], []]);
    expect(report?.devices.map((device) => device.reservation)).toEqual([
      { pod: 'reserve-1', phase: 'Running', since: '2026-01-01T00:00:00Z' },
      undefined,
    ]);
  });

  it('do not where nobody asked', () => {
    const [report] = nodeReports({ nodes, quota: [] }, [state('node-a')], { reservationPodOf });
    expect(report?.devices[0]).not.toHaveProperty('holders');
    expect(report?.devices[0]).not.toHaveProperty('reservation');
    expect(report?.devices[0]?.uuid).toBe('GPU-1');
  });
});

describe('a page of nodes', () => {
  const named = ['c', 'a', 'b'].map((name) => ({ name }));
  it.each([
    ['all of them', {}, ['a', 'b', 'c'], undefined],
    ['the first page', { limit: 2 }, ['a', 'b'], 2],
    ['the last page', { offset: 2, limit: 2 }, ['c'], undefined],
    ['a full last page', { offset: 1, limit: 2 }, ['b', 'c'], undefined],
    ['behind the end', { offset: 7, limit: 2 }, [], undefined],
  ])('is %s', (_title, bounds, names, next) => {
    const page = pageOf(named, bounds);
    expect([page.nodes.map(({ name }) => name), page.next]).toEqual([names, next]);
  });
});
