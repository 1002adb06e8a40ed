import { deviceShare, gpuAllocation } from '@tessera/testing-builders';
import { resyncIntervalMs } from '../loop/resync-interval';
import type { LostNode } from '../model/cluster';
import type { ReplicaPod } from '../model/replica';
import { replicaPod } from '../testing/replica-pod';
import { wasEdited } from './drift';
import { lostReplicas, onItsNode } from './node-loss';

const allocation = gpuAllocation({ node: 'a' });
const pod = (more: Partial<ReplicaPod> = {}): ReplicaPod =>
  replicaPod({ uid: 'u', name: 'w-0', nodeName: 'a', image: 'model:1', ready: true, allocation, ...more });
const reported = (more: object = {}) =>
  [{ id: 'u', image: 'model:1', allocation, ...more }] as unknown as Parameters<typeof wasEdited>[1];

it.each([
  { workloads: 0, pause: 30_000 },
  { workloads: 3_000, pause: 30_000 },
  { workloads: 20_000, pause: 200_000 },
])('full resyncs of $workloads workloads are $pause ms apart', ({ workloads, pause }) => {
  expect(resyncIntervalMs(30_000, workloads)).toBe(pause);
});

describe('a replica on a lost node', () => {
  const nodes = new Map<string, LostNode>([['a', { node: 'a', since: 1_000, gone: false }]]);
  const lostNode = (node: string) => nodes.get(node);

  it('is kept within the tolerance', () => {
    expect(lostReplicas([pod()], lostNode, 1_500, 1_000)).toEqual({ lost: [], reconcileAt: 2_000 });
  });

  it('is lost after that', () => {
    const [lost, other] = [pod(), pod({ nodeName: 'b' })];
    expect(lostReplicas([lost, other], lostNode, 2_000, 1_000)).toEqual({ lost: [lost] });
  });

  it('does not serve, and reports why', () => {
    expect(onItsNode(pod(), lostNode)).toMatchObject({
      ready: false,
      reason: 'NodeLost',
      message: 'the node a has not been ready since 1970-01-01T00:00:01.000Z',
    });
    expect(onItsNode(pod({ nodeName: 'b' }), lostNode)).toMatchObject({ ready: true });
  });
});

describe('a replica was edited', () => {
  it.each([
    ['as reported', pod(), reported(), false],
    ['not reported yet', pod(), [], false],
    [
      'with the device reported later',
      pod(),
      reported({
        allocation: { ...allocation, devices: [{ ...deviceShare(0), uuid: 'GPU-1' }] },
      }),
      false,
    ],
    ['another image', pod({ image: 'other' }), reported(), true],
    ['no allocation', pod({ allocation: undefined } as never), reported(), true],
    ['the allocation of another node', pod({ allocation: { ...allocation, node: 'b' } }), reported(), true],
    [
      'another share',
      pod({ allocation: { ...allocation, devices: [deviceShare(0, 900)] } }),
      reported(),
      true,
    ],
    ['another device', pod({ allocation: { ...allocation, devices: [deviceShare(1)] } }), reported(), true],
  ])('%s', (_name, replica, state, edited) => {
    expect(wasEdited(replica, state)).toBe(edited);
  });
});
