import type { Decision, ReplicaRequest, Verdict } from '@tessera/domain-placement';
import { toIntent } from '@tessera/domain-workload';
import { accepted } from './accept';
import type { RealisedWorkload, ReplicaPod } from './model';
import { replicaName } from './names';
import { planReplicas, type Place } from './replicas';
import { applyCommand } from './testing';

/** Two replicas of a second generation, on devices that are all taken. */
function target(): RealisedWorkload {
  const command = applyCommand(1, 0.5, 2);
  const spec = { ...command.spec, autoscaling: { minReplicas: 2, maxReplicas: 2 } };
  const workload = accepted({ ...command, spec }, command.createdAt);
  return { workload, intent: toIntent(spec).intent };
}
const NO_ROOM = { outcome: 'unschedulable', verdict: { message: 'full' } as Verdict } as Decision;
const PLACED = {
  outcome: 'placed',
  placement: { node: 'node-a', kind: 'portion', devices: [] },
} as unknown as Decision;
/** Room for so many. */
const placeFor = (room: number): Place => {
  let left = room;
  return Object.assign((_request: ReplicaRequest): Decision => (left-- > 0 ? PLACED : NO_ROOM), {
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
