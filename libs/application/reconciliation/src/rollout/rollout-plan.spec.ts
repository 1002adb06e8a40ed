import type { Decision, ReplicaRequest, Verdict } from '@tessera/domain-placement';
import { toIntent } from '@tessera/domain-workload';
import { applyCommand } from '@tessera/testing-builders';
import { accepted } from '../commands/accept';
import { replicaName } from '../model/names';
import type { ReplicaPod } from '../model/replica';
import type { CompiledWorkload } from '../model/workload';
import type { Placer } from '../placement/placer';
import { planReplicas } from './rollout-plan';

/** A workload of the second generation. */
function target(): CompiledWorkload {
  const command = applyCommand(1, 0.5, 2);
  const workload = accepted(command, command.createdAt);
  return { workload, intent: toIntent(command.spec).intent };
}
const NO_CAPACITY = { outcome: 'unschedulable', verdict: { message: 'full' } as Verdict } as Decision;
const PLACED = {
  outcome: 'placed',
  placement: { node: 'node-a', kind: 'portion', devices: [] },
} as unknown as Decision;
/** Capacity for that many. */
const placeFor = (capacity: number): Placer => {
  let left = capacity;
  return Object.assign((_request: ReplicaRequest): Decision => (left-- > 0 ? PLACED : NO_CAPACITY), {
    fitsWithout: () => true,
  });
};

const { ref } = target().workload;
/** `<generation>/<ordinal>`, `+` where it is ready and `x` where it ends. */
function pods(...described: readonly string[]): readonly ReplicaPod[] {
  return described.map((text) => {
    const [generation = 0, ordinal = 0] = text.replace(/[+x]$/, '').split('/').map(Number);
    const name = replicaName({ id: ref.workloadId, name: ref.name, generation }, ordinal);
    const allocation = { node: 'node-a' };
    return {
      uid: text,
      name,
      generation,
      ordinal,
      phase: 'Running',
      ready: text.endsWith('+'),
      terminating: text.endsWith('x'),
      nodeName: 'node-a',
      allocation,
    } as unknown as ReplicaPod;
  });
}

describe('an update on full devices', () => {
  it.each([
    ['begins with the last replica', ['1/0+', '1/1+'], ['1/1+']],
    ['waits until that has gone', ['1/0+', '1/1x'], []],
    ['deletes no other in the reconcile that creates its successor', ['1/0+'], [], 1],
    ['waits until its successor is ready', ['1/0+', '2/0'], []],
    ['goes on once it is', ['1/0+', '2/0+'], ['1/0+']],
    ['deletes a replica that does not serve first', ['1/0', '1/1+'], ['1/0']],
    ['does not wait for the successor of a replica that does not serve', ['1/0', '2/0'], ['1/0']],
  ] as const)('%s', (_what, there, gone, capacity: number = 0) => {
    const { create, remove } = planReplicas(target(), 2, pods(...there), placeFor(capacity));
    expect(remove.map(({ uid }) => uid)).toEqual(gone);
    expect(create).toHaveLength(capacity);
  });
});

describe('the plan of a workload with a large number of replicas', () => {
  it('creates a hundred at once, so that other workloads are placed before it continues', () => {
    const { create, unschedulable } = planReplicas(target(), 250, [], placeFor(1_000));
    expect(create).toHaveLength(100);
    expect(unschedulable).toBeUndefined();
  });

  it('counts all replicas without a place', () => {
    const { create, unschedulable } = planReplicas(target(), 250, [], placeFor(10));
    expect([create.length, unschedulable?.unplaced]).toEqual([10, 240]);
  });

  it('creates none and reports it, without a placement, if the spec wants more than the maximum', () => {
    const place = Object.assign(
      (): Decision => {
        throw new Error('placement was called');
      },
      { fitsWithout: () => false },
    );
    const { create, remove, unschedulable } = planReplicas(target(), 2_147_483_647, pods('1/0+'), place);
    expect([create, remove, unschedulable?.unplaced]).toEqual([[], [], 1000]);
    expect(unschedulable?.verdict.message).toBe(
      '2147483647 replicas exceed the maximum of 1000 per workload',
    );
  });
});

describe('which of too many replicas leaves', () => {
  const space = (emptiedDevices: number, largestMilli: number) => ({ emptiedDevices, largestMilli });
  const there = ['2/0+', '2/1+', '2/2+'];

  it.each([
    ['one that does not serve', ['2/0', '2/1+', '2/2+'], { '2/0': 9 }, {}, '2/0'],
    ['the one with the fewest requests', there, { '2/0+': 2, '2/1+': 1, '2/2+': 3 }, {}, '2/1+'],
    [
      'of equals the one that empties a device',
      there,
      {},
      { '2/0+': space(0, 900), '2/1+': space(1, 500), '2/2+': space(0, 900) },
      '2/1+',
    ],
    [
      'then the one that leaves the largest free share',
      there,
      {},
      { '2/0+': space(0, 700), '2/1+': space(0, 500), '2/2+': space(0, 600) },
      '2/0+',
    ],
    [
      'requests count more than space',
      there,
      { '2/0+': 1, '2/1+': 0, '2/2+': 1 },
      { '2/0+': space(1, 1_000), '2/1+': space(0, 100), '2/2+': space(1, 1_000) },
      '2/1+',
    ],
    ['then the newest', there, {}, {}, '2/2+'],
  ] as const)('%s', (_, described, requests, freed, leaves) => {
    const inFlightAt = ({ uid }: ReplicaPod): number => (requests as Record<string, number>)[uid] ?? 0;
    const freedBy = ({ uid }: ReplicaPod) =>
      (freed as Record<string, ReturnType<typeof space>>)[uid] ?? space(0, 0);
    for (const order of [described, [...described].reverse()]) {
      const { remove } = planReplicas(target(), 2, pods(...order), placeFor(0), { inFlightAt, freedBy });
      expect(remove.map(({ uid }) => uid)).toEqual([leaves]);
    }
  });
});
