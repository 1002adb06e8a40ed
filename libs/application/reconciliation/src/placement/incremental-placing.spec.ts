import fc from 'fast-check';
import type { ClusterNode, ClusterSnapshot, PlacedReplica, ReplicaRequest } from '@tessera/domain-placement';
import { gpuNode } from '@tessera/testing-builders';
import { livePlacing } from './incremental-placing';
import { ObservedTasks } from './task-history';
import { placing } from './placing';

const NODES = ['a', 'b', 'c', 'd'] as const;
const PORTIONS = [250, 500, 1000] as const;

const held = (id: string, slot: number, milliGpu: number): PlacedReplica => ({
  id,
  workloadId: `of-${id}`,
  projectId: '1',
  departmentId: '2',
  kind: 'portion',
  devices: [{ slot, milliGpu, memoryMiB: milliGpu * 10 }],
  cpuMilli: 100,
  memoryMiB: 100,
  extended: {},
});

const asked = (id: string, milliGpu: number): ReplicaRequest => ({
  id,
  workloadId: `of-${id}`,
  projectId: '1',
  departmentId: '2',
  gpu: { kind: 'portion', devices: 1, milliGpu },
  gpuModels: [],
  cpuMilli: 100,
  memoryMiB: 100,
  extended: {},
  nodePools: [],
  nodeSelector: {},
  nodeAffinity: [],
  tolerations: [],
});

/** Current allocations: node, slot and share by replica; existing nodes; quota of the project, milli-GPU. */
const anyMoment = fc.record({
  nodes: fc.subarray([...NODES], { minLength: 1 }),
  cordoned: fc.subarray([...NODES]),
  holds: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom('r0', 'r1', 'r2', 'r3', 'r4', 'r5'),
      node: fc.constantFrom(...NODES),
      slot: fc.nat({ max: 1 }),
    }),
    { selector: ({ node, slot }) => `${node}/${slot}`, maxLength: 6 },
  ),
  share: fc.constantFrom(...PORTIONS),
  deserved: fc.constantFrom(1_000, 4_000, 8_000),
  asks: fc.array(fc.constantFrom(...PORTIONS), { maxLength: 3 }),
});

type Moment = typeof anyMoment extends fc.Arbitrary<infer T> ? T : never;

function snapshotOf({ nodes, cordoned, holds, share, deserved }: Moment): ClusterSnapshot {
  const first = new Map(holds.map((hold) => [hold.id, hold]));
  const on = (name: string): readonly PlacedReplica[] =>
    [...first.values()].filter(({ node }) => node === name).map(({ id, slot }) => held(id, slot, share));
  return {
    nodes: nodes.map((name): ClusterNode => ({
      ...gpuNode(name, 2),
      unschedulable: cordoned.includes(name),
      replicas: on(name),
    })),
    quota: [{ scope: 'project', id: '1', pool: 'default', deservedMilliGpu: deserved }],
  };
}

describe('placement on a cached model', () => {
  it.each(['fgd', 'best-fit', 'packing', 'spread'] as const)(
    '%s decides as on a model built from each snapshot',
    (policy) => {
      fc.assert(
        fc.property(fc.array(anyMoment, { minLength: 2, maxLength: 8 }), (moments) => {
          let now = 0;
          const clock = { now: () => now };
          const kept = livePlacing({ policy, tasks: new ObservedTasks(clock) });
          const tasks = new ObservedTasks(clock);
          for (const [step, moment] of moments.entries()) {
            now += 6_000;
            const [live, rebuilt] = [
              kept(snapshotOf(moment)),
              placing({ policy, tasks })(snapshotOf(moment)),
            ];
            for (const [index, milliGpu] of moment.asks.entries()) {
              const request = asked(`s${step}-${index}`, milliGpu);
              expect(live(request)).toEqual(rebuilt(request));
            }
          }
        }),
        { numRuns: 60 },
      );
    },
  );

  it('drops what was placed but never created', () => {
    const place = livePlacing({ policy: 'packing', tasks: new ObservedTasks({ now: () => 0 }) });
    const snapshot: ClusterSnapshot = { nodes: [gpuNode('a', 1)], quota: [] };
    expect(place(snapshot)(asked('first', 1000)).outcome).toBe('placed');
    expect(place(snapshot)(asked('second', 1000)).outcome).toBe('placed');
  });
});
