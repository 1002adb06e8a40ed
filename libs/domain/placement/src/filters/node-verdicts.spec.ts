import { maybe } from '@tessera/kernel';
import fc from 'fast-check';
import { createModel } from '../model/create-model';
import { apply, place } from '../place';
import { node, request } from '../testing';
import { nodeVerdicts } from './node-verdicts';

const half = (sketch: Parameters<typeof request>[0] = {}) =>
  request({ id: 'r', gpu: { kind: 'portion', devices: 1, milliGpu: 500 }, ...sketch });

describe('what every node says to a request', () => {
  it('is its position among those that fit, or what it lacks', () => {
    const model = createModel({
      nodes: [
        node('a-full', { pool: 'a', usedMilli: 620 }),
        node('b-cordoned', { pool: 'a', unschedulable: true }),
        node('c-elsewhere', { pool: 'b' }),
        node('d-no-pool'),
        node('e-half', { pool: 'a', usedMilli: 500 }),
        node('f-idle', { pool: 'a' }),
        node('g-tainted', { pool: 'a', taints: [{ key: 'team', value: 'x', effect: 'NoSchedule' }] }),
        node('h-small', { pool: 'a', cpuMilli: 500 }),
      ],
      quota: [],
    });
    expect(nodeVerdicts(model, half({ nodePools: ['a'] }), { policy: 'best-fit' })).toEqual([
      {
        ...{ node: 'a-full', pool: 'a', replicas: 0 },
        code: 'GpuShare',
        reason: '0.38 GPU free on one device, 0.5 asked',
      },
      {
        node: 'b-cordoned',
        pool: 'a',
        replicas: 0,
        code: 'NodeUnschedulable',
        reason: 'is cordoned or not ready',
      },
      { node: 'c-elsewhere', pool: 'b', replicas: 0, code: 'NodePool', reason: 'is in the node pool b' },
      { node: 'd-no-pool', replicas: 0, code: 'NodePool', reason: 'is in no node pool' },
      { node: 'e-half', pool: 'a', replicas: 0, position: 1 },
      { node: 'f-idle', pool: 'a', replicas: 0, position: 2 },
      {
        ...{ node: 'g-tainted', pool: 'a', replicas: 0 },
        code: 'Taint',
        reason: 'taint team=x:NoSchedule is not tolerated',
      },
      { node: 'h-small', pool: 'a', replicas: 0, code: 'Cpu', reason: '0.5 CPU free, 1 asked' },
    ]);
  });

  it('names the quota where nothing else rejects the node, and the rule with its numbers', () => {
    const model = createModel({
      nodes: [node('a', { pool: 'p' })],
      quota: [{ pool: 'p', scope: 'project', id: 'p', deservedMilliGpu: 400 }],
    });
    expect(nodeVerdicts(model, half())).toMatchObject([
      { code: 'Quota', reason: 'project p uses 0 of 0.4 GPU in pool p, 0.5 more asked' },
    ]);
  });

  it('counts the replicas of the workload, and prefers the pools in the order of the request', () => {
    const model = createModel({
      nodes: [node('a', { pool: 'late' }), node('b', { pool: 'first' })],
      quota: [],
    });
    const running = half({ id: 'r1', workloadId: 'w', nodePools: ['late'] });
    const decision = place(model, running);
    if (decision.outcome === 'placed') apply(model, running, decision.placement);
    expect(nodeVerdicts(model, half({ id: 'r2', workloadId: 'w', nodePools: ['first', 'late'] }))).toEqual([
      { node: 'a', pool: 'late', replicas: 1, position: 2 },
      { node: 'b', pool: 'first', replicas: 0, position: 1 },
    ]);
  });

  it('agrees with placement: it takes the first, and counts the same nodes at each filter', () => {
    const sketch = fc.record({
      usedMilli: fc.constantFrom(0, 300, 500, 700),
      pool: fc.constantFrom('a', 'b', undefined),
      unschedulable: fc.boolean(),
      cpuMilli: fc.constantFrom(500, 64_000),
      zone: fc.constantFrom('x', 'y', undefined),
    });
    const asked = fc.record({
      pools: fc.constantFrom([], ['a'], ['b', 'a']),
      policy: fc.constantFrom('fgd', 'best-fit', 'packing', 'spread'),
      affinity: fc.constantFrom(undefined, 'Required', 'Preferred'),
    });
    fc.assert(
      fc.property(fc.array(sketch, { maxLength: 8 }), asked, (sketches, { pools, policy, affinity }) => {
        const nodes = sketches.map(({ zone, pool, usedMilli, ...rest }, index) =>
          node(`n${index}`, {
            ...rest,
            ...maybe('pool', pool),
            ...(usedMilli === 0 ? {} : { usedMilli }),
            labels: zone === undefined ? {} : { zone },
          }),
        );
        const model = createModel({ nodes, quota: [] });
        const replica = half({
          nodePools: pools,
          ...(affinity === undefined
            ? {}
            : { podAffinity: { type: affinity as 'Required' | 'Preferred', topologyKey: 'zone' } }),
        });
        const options = { policy: policy as 'fgd' };
        const verdicts = nodeVerdicts(model, replica, options);
        const decision = place(model, replica, options);
        const first = verdicts.find(({ position }) => position === 1)?.node;
        expect(first).toBe(decision.outcome === 'placed' ? decision.placement.node : undefined);
        if (decision.outcome === 'placed') return;
        const counts = new Map<string, number>();
        for (const { code = '' } of verdicts) counts.set(code, (counts.get(code) ?? 0) + 1);
        expect(counts).toEqual(new Map(decision.verdict.rejected.map(({ code, count }) => [code, count])));
      }),
    );
  });
});
