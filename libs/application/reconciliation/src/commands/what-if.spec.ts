import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { ObservedTasks } from '../placement/task-history';
import { placing } from '../placement/placing';
import { simulate } from './what-if';

const NOW = '2026-01-01T00:00:00.000Z';
const cluster = (gpus: number) =>
  placing({ policy: 'fgd', tasks: new ObservedTasks({ now: () => 0 }) })({
    nodes: [{ ...gpuNode('node-a', gpus), replicas: [] }],
    quota: [],
  });

const withReplicas = (replicas: number) => {
  const command = applyCommand(1, 0.5);
  return {
    ...command,
    spec: { ...command.spec, autoscaling: { minReplicas: replicas, maxReplicas: replicas } },
  };
};
const all = (...question: Parameters<typeof simulate>) => [...simulate(...question)];

describe('a placement simulation', () => {
  it('names node and share', () => {
    const [only] = all(applyCommand(1, 0.5), 1, cluster(1), NOW);
    expect(only).toMatchObject({
      copy: 1,
      replica: 0,
      outcome: 'placed',
      node: 'node-a',
      devices: [{ device: 0, gpu: 0.5 }],
    });
  });

  it('counts each copy for the next one and reports why the last fits on no node', () => {
    const found = all(applyCommand(1, 0.5), 3, cluster(1), NOW);
    expect(found.map(({ copy, outcome }) => [copy, outcome])).toEqual([
      [1, 'placed'],
      [2, 'placed'],
      [3, 'unschedulable'],
    ]);
    expect(found[2]).toMatchObject({ nodes: 1, message: expect.stringMatching(/^0\/1 nodes/) });
  });

  it('changes nothing: the same question has the same answer', () => {
    const ask = () => all(applyCommand(1, 0.5), 2, cluster(1), NOW);
    expect(ask()).toEqual(ask());
  });

  it('decides a repeated refusal once and lists the nodes once', () => {
    let asked = 0;
    const place = cluster(1);
    const counted = Object.assign(
      (request: Parameters<typeof place>[0]) => {
        asked += 1;
        return place(request);
      },
      { fitsWithout: place.fitsWithout },
    );
    const found = all(withReplicas(500), 2, counted, NOW);
    expect(found).toHaveLength(1000);
    expect(asked).toBe(3);
    const nodes = found.map((one) =>
      one.outcome === 'unschedulable' ? one.rejected.flatMap((filter) => filter.nodes).length : -1,
    );
    expect(nodes.slice(0, 5)).toEqual([-1, -1, 1, 0, 0]);
  });

  it('decides nothing before the first iteration', () => {
    const place = Object.assign(
      () => {
        throw new Error('asked');
      },
      { fitsWithout: () => false },
    );
    expect(simulate(withReplicas(2_000_000_000), 1000, place, NOW)).toBeDefined();
  });
});
