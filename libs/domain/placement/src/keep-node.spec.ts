import { fitsOn, keep, lackingOn, nodeToKeep } from './keep-node';
import { createModel } from './model/create-model';
import { keptId } from './model/kept-id';
import type { ReplicaRequest } from './model/model';
import { apply, place, release } from './place';
import { node, request } from './testing';

const devices = (count: number) =>
  Array.from({ length: count }, (_, slot) => ({ slot, model: 'A100', memoryMiB: 40_960 }));
const big = (count: number, more: Partial<ReplicaRequest> = {}): ReplicaRequest =>
  request({ id: 'big', workloadId: 'big', gpu: { kind: 'whole', devices: count }, ...more });
const small = (id: string): ReplicaRequest =>
  request({ id, workloadId: id, gpu: { kind: 'whole', devices: 1 } });
const any = (): boolean => true;

/** Nodes with so many devices each, of which so many are used by requests of one device. */
function modelOf(...sizes: readonly (readonly [name: string, devices: number, used: number])[]) {
  const nodes = sizes.map(([name, count]) => node(name, { devices: devices(count), pool: `pool-${name}` }));
  const model = createModel({ nodes, quota: [] });
  for (const [name, , used] of sizes)
    for (let slot = 0; slot < used; slot += 1)
      apply(model, small(`${name}-${slot}`), {
        node: name,
        kind: 'whole',
        devices: [{ slot, milliGpu: 1000, memoryMiB: 100 }],
      });
  return model;
}

describe('the node to keep', () => {
  it('is the one that comes nearest', () => {
    const model = modelOf(['a', 8, 8], ['b', 8, 5], ['c', 4, 0]);
    expect(nodeToKeep(model, big(8), any)).toEqual({ node: 'b', pool: 'pool-b' });
    expect(nodeToKeep(model, big(8), ({ pool }) => pool !== 'pool-b')).toEqual({ node: 'a', pool: 'pool-a' });
    expect([lackingOn(model, big(8), 'b'), lackingOn(model, big(8), 'a')]).toEqual([50, 80]);
  });

  it('is none where it can never fit: too few devices, another pool, a quota that is used up', () => {
    const model = modelOf(['a', 8, 8]);
    expect(nodeToKeep(model, big(9), any)).toBeUndefined();
    expect(nodeToKeep(model, big(8, { nodePools: ['pool-z'] }), any)).toBeUndefined();
    expect(lackingOn(model, big(9), 'a')).toBeUndefined();
    expect(lackingOn(model, big(8), 'gone')).toBeUndefined();
    const { projectId } = big(8);
    model.setQuota([{ scope: 'project', id: projectId, pool: 'pool-a', deservedMilliGpu: 4000 }]);
    expect(nodeToKeep(model, big(8), any)).toBeUndefined();
  });
});

describe('keeping a node', () => {
  it('gives what becomes free to nobody else until the request fits', () => {
    const model = modelOf(['a', 4, 4]);
    for (let slot = 0; slot < 4; slot += 1) {
      release(model, `a-${slot}`);
      keep(model, big(4), 'a');
      expect(place(model, small('newcomer')).outcome).toBe('unschedulable');
      model.removeReplica(keptId('big'));
      expect(fitsOn(model, big(4), 'a')).toBe(slot === 3);
    }
    expect(place(model, big(4)).outcome).toBe('placed');
  });

  it('leaves to others what the request does not need', () => {
    const model = modelOf(['a', 8, 5]);
    keep(model, big(2), 'a');
    expect(place(model, small('one')).outcome).toBe('placed');
    const decision = place(model, big(2, { id: 'other', workloadId: 'other' }));
    if (decision.outcome === 'placed') throw new Error('two devices are kept, one is free');
    expect(decision.verdict.suggestions).not.toContainEqual(expect.stringContaining('kept for'));
  });

  it('keeps the shares of a portion, of the device where most is free', () => {
    const model = createModel({ nodes: [node('a', { devices: devices(1) })], quota: [] });
    const portion = (id: string, milliGpu: number): ReplicaRequest =>
      request({ id, workloadId: id, gpu: { kind: 'portion', devices: 1, milliGpu } });
    const shares = (milliGpu: number) => ({
      node: 'a',
      kind: 'portion' as const,
      devices: [{ slot: 0, milliGpu, memoryMiB: 10 }],
    });
    for (const [id, milli] of [
      ['x', 400],
      ['y', 400],
    ] as const)
      apply(model, portion(id, milli), shares(milli));
    const wants = portion('big', 500);
    release(model, 'x');
    keep(model, wants, 'a');
    expect(place(model, portion('newcomer', 100)).outcome).toBe('placed');
    expect(place(model, portion('newcomer', 200)).outcome).toBe('unschedulable');
  });
});
