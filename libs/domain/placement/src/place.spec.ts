import { apply, createModel, place, release } from './index';
import { node, request } from './testing';

describe('place', () => {
  it('puts a share beside the share that leaves least waste', () => {
    const model = createModel({ nodes: [node('a', { devices: 2 }), node('b', { devices: 2 })], quota: [] });
    const first = request({ id: 'r1', gpu: { kind: 'portion', devices: 1, milliGpu: 500 } });
    const decision = place(model, first, { policy: 'best-fit' });
    expect(decision).toMatchObject({
      outcome: 'placed',
      placement: { node: 'a', devices: [{ slot: 0, milliGpu: 500 }] },
    });
    if (decision.outcome !== 'placed') return;
    apply(model, first, decision.placement);
    expect(place(model, request({ id: 'r2', gpu: first.gpu }))).toEqual(decision);
    expect(release(model, 'r1')).toBe(true);
    expect(release(model, 'r1')).toBe(false);
  });

  it('names each filter, the nearest miss and the count of all nodes', () => {
    const nodes = [
      ...Array.from({ length: 7 }, (_, index) =>
        node(`full-${index}`, { devices: 1, pool: 'a', usedMilli: 620 }),
      ),
      ...Array.from({ length: 3 }, (_, index) => node(`other-${index}`, { devices: 1, pool: 'b' })),
      ...Array.from({ length: 2 }, (_, index) =>
        node(`tainted-${index}`, {
          devices: 1,
          pool: 'a',
          taints: [{ key: 'team', value: 'x', effect: 'NoSchedule' }],
        }),
      ),
    ];
    const decision = place(
      createModel({ nodes, quota: [] }),
      request({ id: 'r', gpu: { kind: 'portion', devices: 1, milliGpu: 500 }, nodePools: ['a'] }),
    );
    expect(decision).toMatchObject({
      outcome: 'unschedulable',
      verdict: {
        message:
          '0/12 nodes: 7 lack 0.5 GPU on one device, 3 are in other node pools, 2 have an untolerated taint',
        nearestMiss: 'node full-0: 0.38 GPU free on one device, 0.5 asked',
      },
    });
  });
});
