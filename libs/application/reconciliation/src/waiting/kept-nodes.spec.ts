import type { KeptNode } from '@tessera/domain-placement';
import { KeptNodes, planKeeping, type Kept, type NodesToKeep } from './kept-nodes';
import type { RefusedWorkload } from './waiting-list';

const AFTER = 600_000;

const refused = (id: string, waitingSince: number, pools: readonly string[] = ['p']): RefusedWorkload =>
  ({
    ref: { workloadId: id, name: `name-${id}` },
    createdAt: '2026-01-01T00:00:00Z',
    waitingSince,
    request: { id, workloadId: id, nodePools: pools },
  }) as unknown as RefusedWorkload;

/** A node for each pool; how far each is from every request. */
function nodes(lacking: Readonly<Record<string, number | undefined>>): NodesToKeep {
  return {
    find: ({ nodePools }, mayKeep): KeptNode | undefined =>
      nodePools.map((pool) => ({ node: `node-${pool}`, pool })).find(mayKeep),
    lacking: (_request, node) => lacking[node],
  };
}

const plan = (
  waiting: readonly RefusedWorkload[],
  now: number,
  model: NodesToKeep,
  kept: readonly Kept[] = [],
  rests: ReadonlyMap<string, number> = new Map(),
) => planKeeping({ kept, waiting, rests, now, afterMs: AFTER }, model);
const ids = (kept: readonly Kept[]) => kept.map(({ workloadId, node }) => [workloadId, node]);

describe('who gets a node kept', () => {
  const model = nodes({ 'node-p': 30, 'node-q': 10 });

  it('is the one that waits longest, once it has waited long enough', () => {
    const waiting = [refused('late', 5), refused('first', 0)];
    expect(plan(waiting, AFTER - 1, model).kept).toEqual([]);
    expect(ids(plan(waiting, AFTER, model).kept)).toEqual([['first', 'node-p']]);
  });

  it('is one in each pool', () => {
    const waiting = [refused('a', 0), refused('b', 1), refused('c', 2, ['p', 'q']), refused('d', 3, ['q'])];
    expect(ids(plan(waiting, 2 * AFTER, model).kept)).toEqual([
      ['a', 'node-p'],
      ['c', 'node-q'],
    ]);
  });

  it('is nobody whose wait has another reason', () => {
    expect(plan([{ ...refused('a', 0), alone: true }], AFTER, model).kept).toEqual([]);
  });

  it('is not one that can never fit, and it is not searched for again at once', () => {
    const { kept, resting } = plan([refused('a', 0), refused('b', 1)], 2 * AFTER, nodes({}));
    expect([kept, resting]).toEqual([[], ['a', 'b']]);
    const rests = new Map([['a', 3 * AFTER]]);
    expect(ids(plan([refused('a', 0), refused('b', 1)], 2 * AFTER, model, [], rests).kept)).toEqual([
      ['b', 'node-p'],
    ]);
  });
});

describe('a kept node', () => {
  const waiting = [refused('a', 0), refused('b', 1)];
  const first = plan(waiting, AFTER, nodes({ 'node-p': 30 })).kept;

  it('stays with its workload as long as replicas end on it', () => {
    const later = plan(waiting, AFTER + AFTER / 2, nodes({ 'node-p': 20 }), first).kept;
    expect(ids(later)).toEqual([['a', 'node-p']]);
    expect(ids(plan(waiting, 2 * AFTER, nodes({ 'node-p': 20 }), later).kept)).toEqual([['a', 'node-p']]);
  });

  it('is given to the next one when nothing on it became free for as long', () => {
    const { kept, resting } = plan(waiting, 2 * AFTER, nodes({ 'node-p': 30 }), first);
    expect([ids(kept), resting]).toEqual([[['b', 'node-p']], ['a']]);
  });

  it('is given back when the workload waits no more, and when the node can no longer serve it', () => {
    expect(plan([], AFTER, nodes({ 'node-p': 30 }), first).kept).toEqual([]);
    expect(plan([refused('a', 0)], AFTER, nodes({}), first).kept).toEqual([]);
  });
});

it('reports what begins and what ends, and keeps nothing if that is switched off', () => {
  let now = AFTER;
  let waiting: readonly RefusedWorkload[] = [refused('a', 0)];
  const reported: string[] = [];
  const on = (afterMs: number) =>
    new KeptNodes({
      waiting: () => waiting,
      now: () => now,
      afterMs,
      onBegun: ({ workloadId }) => reported.push(`begun ${workloadId}`),
      onEnded: ({ workloadId }) => reported.push(`ended ${workloadId}`),
    });
  expect(on(0).choose(nodes({ 'node-p': 30 }))).toEqual([]);
  const kept = on(AFTER);
  kept.choose(nodes({ 'node-p': 30 }));
  kept.end('a');
  kept.choose(nodes({ 'node-p': 30 }));
  now = 2 * AFTER;
  kept.choose(nodes({ 'node-p': 30 }));
  kept.choose(nodes({ 'node-p': 30 }));
  expect([reported, kept.all]).toEqual([['begun a', 'ended a', 'begun a', 'ended a'], []]);
  waiting = [];
  now = 4 * AFTER;
  expect(kept.choose(nodes({ 'node-p': 30 }))).toEqual([]);
});
