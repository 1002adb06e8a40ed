import { maybe } from '@tessera/kernel';
import { gpuNode } from '@tessera/testing-builders';
import type { NodeStatus } from '../model/cluster';
import { nodeReports } from './node-report';

const state = (name: string, ready = 'True'): NodeStatus => ({
  name,
  uid: `uid-${name}`,
  createdAt: '2026-01-01T00:00:00Z',
  conditions: [
    { type: 'Ready', status: ready, reason: '', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
  ],
});
const replica = (slot: number, milliGpu: number, mig?: { profile: string; start: number }) => ({
  ...{ id: `r-${slot}-${milliGpu}`, workloadId: 'w', projectId: '1', departmentId: '2' },
  kind: 'portion' as const,
  devices: [{ slot, milliGpu, memoryMiB: milliGpu * 10, ...maybe('mig', mig) }],
  ...{ cpuMilli: 0, memoryMiB: 0, extended: {} },
});

describe('the node reports', () => {
  it('are sorted by name, with the allocations of each device', () => {
    const nodes = [
      { ...gpuNode('b', 2), replicas: [replica(0, 500), replica(0, 250), replica(1, 1000)] },
      { ...gpuNode('a', 1), replicas: [] },
    ];
    const reports = nodeReports({ nodes, quota: [] }, [state('b'), state('a')]);
    expect(reports.map(({ name, status, replicas }) => [name, status, replicas])).toEqual([
      ['a', 'Ready', 0],
      ['b', 'Ready', 3],
    ]);
    expect(reports[1]?.devices.map(({ index, allocatedMilliGpu }) => [index, allocatedMilliGpu])).toEqual([
      [0, 750],
      [1, 1000],
    ]);
  });

  it('show which MIG instances are used', () => {
    const instances = [
      { profile: '3g.20gb', start: 0 },
      { profile: '1g.5gb', start: 4 },
    ];
    const node = gpuNode('a', 1);
    const devices = node.devices.map((device) => ({ ...device, mig: { instances } }));
    const held = replica(0, 142, { profile: '1g.5gb', start: 4 });
    const [report] = nodeReports({ nodes: [{ ...node, devices, replicas: [held] }], quota: [] }, [
      state('a'),
    ]);
    expect(report?.devices[0]?.mig).toEqual([
      { profile: '3g.20gb', start: 0, size: 4, used: false },
      { profile: '1g.5gb', start: 4, size: 1, used: true },
    ]);
    expect(report?.devices[0]?.migSlices).toBe(8);
  });

  it.each([
    ['Ready', 'True', false],
    ['Unschedulable', 'True', true],
    ['NotReady', 'False', true],
    ['NotReady', 'Unknown', true],
  ])('are %s with the condition %s and cordon %s', (expected, ready, unschedulable) => {
    const nodes = [{ ...gpuNode('a', 1), replicas: [], unschedulable }];
    expect(nodeReports({ nodes, quota: [] }, [state('a', ready)])[0]?.status).toBe(expected);
  });
});
