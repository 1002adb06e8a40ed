import type { Decision, ReplicaRequest, Verdict } from '@tessera/domain-placement';
import { toIntent } from '@tessera/domain-workload';
import { accepted } from '../commands/accept';
import type { CompiledWorkload, ReplicaPod } from '../model/workload';
import { replicaName } from '../model/names';
import { planReplicas, type Place } from './rollout-plan';
import { applyCommand } from '../testing/fakes';

/** Two replicas of a second generation, or as many as are said, on devices that are all taken. */
function target(replicas = 2): CompiledWorkload {
  const command = applyCommand(1, 0.5, 2);
  const spec = { ...command.spec, autoscaling: { minReplicas: replicas, maxReplicas: replicas } };
  const workload = accepted({ ...command, spec }, command.createdAt);
  return { workload, intent: toIntent(spec).intent };
}
const NO_CAPACITY = { outcome: 'unschedulable', verdict: { message: 'full' } as Verdict } as Decision;
const PLACED = {
  outcome: 'placed',
  placement: { node: 'node-a', kind: 'portion', devices: [] },
} as unknown as Decision;
/** Room for so many. */
const placeFor = (room: number): Place => {
  let left = room;
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

describe('an update where the devices are full', () => {
  it.each([
    ['begins with the last replica', ['1/0+', '1/1+'], ['1/1+']],
    ['waits until that has gone', ['1/0+', '1/1x'], []],
    ['takes no other in the look that makes its successor', ['1/0+'], [], 1],
    ['waits until its successor is ready', ['1/0+', '2/0'], []],
    ['goes on once it is', ['1/0+', '2/0+'], ['1/0+']],
    ['takes a replica that does not serve first', ['1/0', '1/1+'], ['1/0']],
    ['does not wait for the sake of one that does not serve', ['1/0', '2/0'], ['1/0']],
  ] as const)('%s', (_what, there, gone, room: number = 0) => {
    const { create, remove } = planReplicas(target(), pods(...there), placeFor(room));
    expect(remove.map(({ uid }) => uid)).toEqual(gone);
    expect(create).toHaveLength(room);
  });
});

describe('the plan of a workload with very many replicas', () => {
  it('creates a hundred at once, so that the next look goes on and others have their turn', () => {
    const { create, unschedulable } = planReplicas(target(250), [], placeFor(1_000));
    expect(create).toHaveLength(100);
    expect(unschedulable).toBeUndefined();
  });

  it('counts all that stay without a place', () => {
    const { create, unschedulable } = planReplicas(target(250), [], placeFor(10));
    expect([create.length, unschedulable?.unplaced]).toEqual([10, 240]);
  });

  it('creates none where more are wanted than a workload can have, and says so without asking for a place', () => {
    const place = Object.assign(
      (): Decision => {
        throw new Error('a place was asked for');
      },
      { fitsWithout: () => false },
    );
    const { create, remove, unschedulable } = planReplicas(target(2_147_483_647), pods('1/0+'), place);
    expect([create, remove, unschedulable?.unplaced]).toEqual([[], [], 1000]);
    expect(unschedulable?.verdict.message).toBe(
      '2147483647 replicas are more than a workload can have; at most 1000 are possible',
    );
  });
});
