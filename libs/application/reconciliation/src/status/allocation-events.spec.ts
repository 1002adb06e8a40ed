import { applyCommand } from '@tessera/testing-builders';
import { accepted } from '../commands/accept';
import type { ReplicaPod } from '../model/replica';
import type { AcceptedWorkload } from '../model/workload';
import { replicaPod } from '../testing/replica-pod';
import { eventsBetween } from './events';
import type { Observation } from './observation';
import { deriveState } from './status';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const CREATED = at(0);

/** Which pod holds a share from when to when, as the events of consecutive reconciles say it. */
function reported(...reconciles: readonly (readonly [number, readonly ReplicaPod[]])[]) {
  let workload: AcceptedWorkload = accepted(applyCommand(1, 0.5), CREATED);
  return reconciles.flatMap(([minute, pods]) => {
    const seen: Observation = { pods, desired: { replicas: 1, reason: '', inputs: {} }, urls: [] };
    const next = deriveState(workload, seen, at(minute));
    const events = eventsBetween(workload, next, seen);
    workload = { ...workload, state: next };
    return events.flatMap(({ name, data }) =>
      name === 'gpuAllocated' || name === 'gpuReleased'
        ? [[name, data.podId, data.allocatedAt, 'releasedAt' in data ? data.releasedAt : undefined]]
        : [],
    );
  });
}

const pod = (change: Partial<ReplicaPod> = {}) => replicaPod({ createdAt: CREATED, ...change });
const { uid } = pod();

describe('the events of a share', () => {
  it('name its pod and since when it is held: the creation, however late that is reported', () => {
    expect(reported([7, [pod()]])).toEqual([['gpuAllocated', uid, CREATED, undefined]]);
  });

  it('end it when the pod has ended', () => {
    const ended = pod({ phase: 'Failed', changedAt: at(4) });
    expect(reported([0, [pod()]], [9, [ended]])[1]).toEqual(['gpuReleased', uid, CREATED, at(4)]);
  });

  it('end it when the pod is found gone', () => {
    expect(reported([0, [pod()]], [9, []])[1]).toEqual(['gpuReleased', uid, CREATED, at(9)]);
  });

  it('report both of a pod that had ended before it was first reported, and nothing more once it is gone', () => {
    const ended = pod({ phase: 'Failed', changedAt: at(1) });
    expect(reported([2, [ended]], [3, [ended]], [4, []])).toEqual([
      ['gpuAllocated', uid, CREATED, undefined],
      ['gpuReleased', uid, CREATED, at(1)],
    ]);
  });
});
