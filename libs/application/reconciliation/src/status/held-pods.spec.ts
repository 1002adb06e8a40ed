import { toIntent } from '@tessera/domain-workload';
import { applyCommand } from '@tessera/testing-builders';
import { accepted } from '../commands/accept';
import { placing } from '../placement/placing';
import { ObservedTasks } from '../placement/task-history';
import { planReplicas } from '../rollout/rollout-plan';
import { replicaPod } from '../testing/replica-pod';
import { gpuNode } from '@tessera/testing-builders';
import { deriveState } from './status';

const command = applyCommand(1, 0.5);
const workload = accepted(command, command.createdAt);
const HELD = replicaPod({
  workloadId: workload.ref.workloadId,
  phase: 'Succeeded',
  terminating: true,
  finalizers: ['example.com/audit'],
});
const MESSAGE =
  'workload-1-0: has ended and is kept by the finalizer "example.com/audit"; it is deleted once its owner removes it';

describe('a replica that somebody else keeps from going', () => {
  const stateOf = (removed: boolean) =>
    deriveState(
      { ...workload, removed },
      { pods: [HELD], desired: { replicas: 1, reason: '', inputs: {} }, urls: [] },
      command.createdAt,
    );

  it.each([
    [true, 'Deleting'],
    [false, 'Pending'],
  ])('is named with its finalizer (removed: %s)', (removed, phase) =>
    expect(stateOf(removed)).toMatchObject({ phase, phaseMessage: MESSAGE }),
  );

  it('is reported as ended, so that its share counts no more', () =>
    expect(stateOf(true).pods.map((pod) => pod.phase)).toEqual(['Succeeded']));

  it('has a successor at once', () => {
    const place = placing({ policy: 'best-fit', tasks: new ObservedTasks({ now: () => 0 }) })({
      nodes: [gpuNode('node-a', 1)],
      quota: [],
    });
    const target = { workload, intent: toIntent(command.spec).intent };
    expect(planReplicas(target, 1, [HELD], place).create).toHaveLength(1);
  });
});
