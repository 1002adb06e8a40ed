import { placeBatch } from './batch';
import { createModel } from './model/create-model';
import { snapshotOf } from './model/snapshot-of';
import { node, request } from './testing';

const share = (id: string, milliGpu: number): ReturnType<typeof request> =>
  request({ id, gpu: { kind: 'portion', devices: 1, milliGpu } });

describe('a batch', () => {
  const nodes = [node('a', { devices: 2 })];
  const requests = [
    share('s1', 300),
    share('s2', 300),
    request({ id: 'w', gpu: { kind: 'whole', devices: 1 } }),
  ];

  it('places all requests where that is possible', () => {
    const decision = placeBatch(createModel({ nodes, quota: [] }), requests, { mode: 'all-or-nothing' });
    expect(decision.placed).toBe(3);
    expect(decision.placements.map((one) => one?.devices[0]?.slot)).toEqual([0, 0, 1]);
  });

  it('tries the largest first where the given order leaves some out', () => {
    const tight = [share('a', 400), share('b', 400), share('c', 600), share('d', 600)];
    const decision = placeBatch(createModel({ nodes, quota: [] }), tight, {
      mode: 'all-or-nothing',
      policy: 'best-fit',
    });
    expect(decision.placed).toBe(4);
  });

  it('places all or none, or as many as fit, and gives the verdict of the first that does not', () => {
    const model = createModel({ nodes, quota: [] });
    const before = snapshotOf(model);
    const asked = [...requests, request({ id: 'w2', gpu: { kind: 'whole', devices: 1 } })];
    const none = placeBatch(model, asked, { mode: 'all-or-nothing' });
    const some = placeBatch(model, asked, { mode: 'as-many-as-fit' });
    expect(none).toMatchObject({ placed: 0, verdict: { message: '0/1 nodes: 1 lacks 1 whole device' } });
    expect(none.placements).toEqual([undefined, undefined, undefined, undefined]);
    expect(some.placed).toBe(3);
    expect(snapshotOf(model)).toEqual(before);
  });
});
