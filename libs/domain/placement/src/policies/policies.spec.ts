import type { TaskShape } from '../fragmentation/task-mix';
import { createModel } from '../model/create-model';
import type { ClusterNode, ReplicaRequest } from '../model/model';
import { place } from '../place';
import { POLICIES, type PolicyName } from './policy';
import { runningReplica, node, request } from '../testing';

const half: Partial<ReplicaRequest> = { gpu: { kind: 'portion', devices: 1, milliGpu: 500 } };
const whole: Partial<ReplicaRequest> = { gpu: { kind: 'whole', devices: 1 } };

const mixed: readonly ClusterNode[] = [
  node('idle', { devices: 2 }),
  node('shared', { devices: 2, replicas: [runningReplica('h', 400)] }),
  node('whole', {
    devices: 2,
    replicas: [{ ...runningReplica('w', 1000), kind: 'whole' }],
  }),
];

const where = (
  policy: PolicyName,
  sketch: Partial<ReplicaRequest>,
): readonly [string, number | undefined] => {
  const decision = place(createModel({ nodes: mixed, quota: [] }), request(sketch), {
    policy,
    random: () => 0.99,
  });
  if (decision.outcome === 'unschedulable') throw new Error(decision.verdict.message);
  return [decision.placement.node, decision.placement.devices[0]?.slot];
};

describe('a policy', () => {
  it.each<[PolicyName, string, number]>([
    ['fgd-published', 'shared', 0],
    ['packing', 'shared', 0],
    ['clustering', 'shared', 0],
    ['best-fit', 'whole', 1],
    ['spread', 'idle', 0],
    ['random', 'whole', 1],
  ])('%s puts half a device on %s', (policy, name, slot) => {
    expect(where(policy, half)).toEqual([name, slot]);
  });

  it.each<[PolicyName, string]>([
    ['packing', 'shared'],
    ['clustering', 'whole'],
    ['best-fit', 'whole'],
    ['spread', 'idle'],
  ])('%s puts a whole device on %s', (policy, name) => {
    expect(where(policy, whole)[0]).toBe(name);
  });

  it.each(POLICIES)('%s places a request for CPU alone', (policy) => {
    expect(where(policy, { gpu: { kind: 'none' } })[1]).toBeUndefined();
  });

  it('fgd keeps half a device free for the other half that the mix will request', () => {
    const task = (milliGpu: number, weight: number): TaskShape => ({
      gpu: milliGpu < 1000 ? { kind: 'portion', devices: 1, milliGpu } : { kind: 'whole', devices: 1 },
      gpuModels: [],
      cpuMilli: 1000,
      weight,
    });
    const nodes = [
      node('idle', { devices: 2 }),
      node('shared', { devices: 1, replicas: [runningReplica('h', 470)] }),
    ];
    const model = createModel(
      { nodes, quota: [] },
      { mix: { tasks: [task(470, 10), task(320, 1), task(1000, 10)] } },
    );
    const on = (milliGpu: number): unknown => {
      const decision = place(model, request({ gpu: { kind: 'portion', devices: 1, milliGpu } }));
      return decision.outcome === 'placed' ? decision.placement.node : decision.verdict.message;
    };
    expect(on(470)).toBe('shared');
    expect(on(320)).toBe('idle');
  });

  it('is chosen per node pool', () => {
    const nodes = mixed.map((one) => ({ ...one, pool: 'p' }));
    const model = createModel({ nodes, quota: [] });
    const decision = place(model, request({ ...half, nodePools: ['p'] }), { poolPolicies: { p: 'spread' } });
    expect(decision).toMatchObject({ placement: { node: 'idle' } });
  });

  it('random requires a generator from the caller', () => {
    const model = createModel({ nodes: mixed, quota: [] });
    expect(() => place(model, request(half), { policy: 'random' })).toThrow(/seeded generator/);
  });
});
