import { createModel } from './model/create-model';
import { snapshotOf } from './model/snapshot-of';
import { apply, fitsWithout, place, release } from './place';
import { node, request } from './testing';

describe('place', () => {
  it('places a share where it leaves the least waste', () => {
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

  it('reports whether the end of a replica would make a request fit, and leaves the model unchanged', () => {
    const model = createModel({ nodes: [node('a', { devices: 1 })], quota: [] });
    const share = (id: string, milliGpu: number) =>
      request({ id, gpu: { kind: 'portion', devices: 1, milliGpu } });
    for (const held of [share('r1', 500), share('r2', 300)]) {
      const decision = place(model, held);
      if (decision.outcome === 'placed') apply(model, held, decision.placement);
    }
    const held = () =>
      snapshotOf(model).nodes.map(({ replicas }) =>
        [...replicas].sort((a, b) => (a.id < b.id ? -1 : 1)).map((replica) => ({ ...replica })),
      );
    const before = held();
    expect(fitsWithout(model, share('r3', 700), 'r1')).toBe(true);
    expect(fitsWithout(model, share('r3', 700), 'r2')).toBe(false);
    expect(fitsWithout(model, share('r3', 200), 'nobody')).toBe(true);
    expect(place(model, share('r3', 700)).outcome).toBe('unschedulable');
    expect(held()).toEqual(before);
    expect(before.flat()).toHaveLength(2);
  });

  it('gives no MIG instance away that another replica still holds', () => {
    const [mig] = [{ profile: '1g.5gb', start: 0 }];
    const held = ['r1', 'r2'].map((id) => ({
      ...{ id, workloadId: id, projectId: '1', departmentId: '2', kind: 'mig' as const },
      devices: [{ slot: 0, milliGpu: 142, memoryMiB: 4864, mig }],
      ...{ cpuMilli: 0, memoryMiB: 0, extended: {} },
    }));
    const device = { slot: 0, model: 'NVIDIA-A100-SXM4-40GB', memoryMiB: 40_960, mig: { instances: [mig] } };
    const model = createModel({
      nodes: [{ ...node('a', { devices: 0 }), devices: [device], replicas: held }],
      quota: [],
    });
    const third = request({ id: 'r3', gpu: { kind: 'mig', profile: '1g.5gb' } });
    release(model, 'r2');
    expect(place(model, third).outcome).toBe('unschedulable');
    release(model, 'r1');
    expect(place(model, third).outcome).toBe('placed');
  });
});
