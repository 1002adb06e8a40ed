import { ObservedTasks } from './observed-tasks';
import { placing } from './placing';
import { simulate } from './simulate';
import { applyCommand, gpuNode } from './testing';

const NOW = '2026-01-01T00:00:00.000Z';
const cluster = (gpus: number) =>
  placing({ policy: 'fgd', tasks: new ObservedTasks({ now: () => 0 }) })({
    nodes: [{ ...gpuNode('node-a', gpus), replicas: [] }],
    quota: [],
  });

describe('asking where a workload would go', () => {
  it('names node and share', () => {
    const [only] = simulate(applyCommand(1, 0.5), 1, cluster(1), NOW);
    expect(only).toMatchObject({
      copy: 1,
      replica: 0,
      decision: { outcome: 'placed', placement: { node: 'node-a', devices: [{ milliGpu: 500 }] } },
    });
  });

  it('counts each copy for the next one, and says why the last finds no place', () => {
    const found = simulate(applyCommand(1, 0.5), 3, cluster(1), NOW);
    expect(found.map(({ copy, decision }) => [copy, decision.outcome])).toEqual([
      [1, 'placed'],
      [2, 'placed'],
      [3, 'unschedulable'],
    ]);
    expect(found[2]?.decision).toMatchObject({
      verdict: { nodes: 1, message: expect.stringMatching(/^0\/1 nodes/) },
    });
  });

  it('changes nothing: the same question has the same answer', () => {
    const ask = () => simulate(applyCommand(1, 0.5), 2, cluster(1), NOW);
    expect(ask()).toEqual(ask());
  });
});
