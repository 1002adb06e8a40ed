import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { toIntent } from '@tessera/domain-workload';
import { accepted } from '../commands/accept';
import { explaining } from './explaining';
import { replicaRequest } from './request';
import { ObservedTasks } from './task-history';

const NOW = '2026-01-01T00:00:00.000Z';
const requestOf = (replicas: number, gpu: number) => {
  const command = applyCommand(replicas, gpu);
  const { intent } = toIntent(command.spec, command.references);
  return replicaRequest({ workload: accepted(command, NOW), intent }, 'next');
};
const tasks = new ObservedTasks({ now: () => 0 });
const nodes = [
  { ...gpuNode('node-a', 1), replicas: [] },
  { ...gpuNode('node-b', 1), replicas: [] },
  { ...gpuNode('node-c', 0), replicas: [] },
];
const explain = explaining({ policy: 'best-fit', tasks });

describe('an explanation of a placement', () => {
  it('says for each node whether it would get the replica, and why', () => {
    expect(explain({ nodes, quota: [] })(requestOf(1, 0.5))).toEqual({
      fits: true,
      suggestions: [],
      nodes: [
        {
          ...{ node: 'node-a', nodePool: 'default', replicas: 0, outcome: 'first' },
          reason: 'is number 1 of the 2 nodes on which it fits, by the policy best-fit',
        },
        {
          ...{ node: 'node-b', nodePool: 'default', replicas: 0, outcome: 'fits' },
          reason: 'is number 2 of the 2 nodes on which it fits, by the policy best-fit',
        },
        {
          ...{ node: 'node-c', nodePool: 'default', replicas: 0, outcome: 'rejected' },
          ...{ code: 'GpuDevices', reason: 'has too few devices for 0.5 GPU on one device' },
        },
      ],
    });
  });

  it('has the verdict of all nodes where it fits on none', () => {
    const { fits, message } = explain({ nodes: nodes.slice(2), quota: [] })(requestOf(1, 0.5));
    expect([fits, message]).toEqual([false, '0/1 nodes: 1 has too few devices for 0.5 GPU on one device']);
  });

  it('says of a node that it is kept, and for whom', () => {
    const request = { ...requestOf(1, 1), workloadId: 'other' };
    const kept = { workloadId: 'other', name: 'large', node: 'node-a', request, lacking: 0, progressAt: 0 };
    const [a, b] = explain({ nodes, quota: [] }, { choose: () => [kept] })(requestOf(1, 0.5)).nodes;
    expect([a?.reason, b?.outcome]).toEqual([
      '0 GPU free on one device, 0.5 asked; what becomes free there is kept for workload large, which has waited longest',
      'first',
    ]);
  });
});
