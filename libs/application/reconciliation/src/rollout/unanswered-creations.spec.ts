import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

/** A scheduler of one GPU. */
function setUp() {
  const { workloads, cluster, reporter, create, iso, advance } = fakeSchedulers(
    () => new FakeCluster([gpuNode('node-a', 1)]),
  );
  const reconciler = create();
  const t = {
    cluster,
    advance,
    async settle(): Promise<void> {
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    /** Runs until the next retry is due and was made. */
    async retry(): Promise<void> {
      advance(reconciler.waitMs() ?? 0);
      await reconcileUntilIdle(reconciler);
    },
    async ask(number: number, portion: number, generation = 1): Promise<string> {
      const command = applyCommand(number, portion, generation);
      await workloads.change(
        command.workloadId,
        acceptApply(command, iso(), reporter),
        `${number}-${generation}`,
      );
      reconciler.enqueueUrgent(command.workloadId);
      await reconcileUntilIdle(reconciler);
      return command.workloadId;
    },
    async remove(number: number): Promise<void> {
      const command = { ...applyCommand(number, 0.7), generation: 9 };
      await workloads.change(command.workloadId, acceptRemove(command, iso()), `remove-${number}`);
      await t.settle();
    },
    state: (id: string) => {
      const state = workloads.rows.get(id)?.state;
      return { phase: state?.phase, reason: state?.conditions.find(({ type }) => type === 'Ready')?.reason };
    },
    reported: (id: string) => workloads.rows.get(id)?.state.pods,
    isDeleted: (id: string) => workloads.rows.get(id)?.deleted,
    pods: (id: string) => cluster.replicasOf(id).filter(({ uid }) => uid !== '').length,
    /** The share of the GPU that existing pods hold, thousandths. */
    held: () =>
      [...cluster.pods.values()].reduce((sum, pod) => sum + (pod.allocation?.devices[0]?.milliGpu ?? 0), 0),
  };
  return t;
}

describe('a creation without an answer', () => {
  it('that was carried out is found by its name, and its problem ends', async () => {
    const t = setUp();
    t.cluster.answers.lose('stored');
    const id = await t.ask(1, 0.7);
    await t.retry();
    t.cluster.allReady();
    await t.settle();
    expect(t.cluster.creations).toHaveLength(1);
    expect(t.state(id)).toEqual({ phase: 'Running', reason: 'Ready' });
  });

  it('that was not is requested again at the same place', async () => {
    const t = setUp();
    t.cluster.answers.lose('never');
    const id = await t.ask(1, 0.7);
    expect(t.state(id)).toEqual({ phase: 'Pending', reason: 'ClusterUnavailable' });
    await t.retry();
    expect([t.pods(id), new Set(t.cluster.creations).size]).toEqual([1, 1]);
    expect(t.state(id)).toEqual({ phase: 'Initializing', reason: 'WaitingForReplicas' });
  });

  it('keeps its place until that is known', async () => {
    const t = setUp();
    t.cluster.answers.lose('late', 'late');
    const first = await t.ask(1, 0.7);
    const second = await t.ask(2, 0.7);
    await t.retry();
    expect([t.pods(first), t.pods(second)]).toEqual([0, 0]);
    t.cluster.answers.carryOut();
    await t.retry();
    expect([t.pods(first), t.pods(second), t.held()]).toEqual([1, 0, 700]);
  });

  it('keeps its place after an update until it cannot be carried out any more', async () => {
    const t = setUp();
    t.cluster.answers.lose('never');
    const first = await t.ask(1, 0.7);
    await t.ask(1, 0.8, 2);
    await t.settle();
    expect([t.pods(first), t.cluster.assumed.size]).toEqual([0, 1]);
    t.advance(60_000);
    await t.settle();
    await t.settle();
    expect([t.pods(first), t.held()]).toEqual([1, 800]);
  });

  it('of an earlier revision that is carried out after all is ended', async () => {
    const t = setUp();
    t.cluster.answers.lose('late');
    const first = await t.ask(1, 0.7);
    await t.ask(1, 0.8, 2);
    t.cluster.answers.carryOut();
    await t.settle();
    await t.settle();
    t.cluster.endTerminating();
    await t.settle();
    expect([t.pods(first), t.held()]).toEqual([1, 800]);
  });

  it('keeps a deleted workload until it cannot be carried out any more', async () => {
    const t = setUp();
    t.cluster.answers.lose('late');
    const id = await t.ask(1, 0.7);
    await t.remove(1);
    expect(t.isDeleted(id)).toBe(false);
    t.cluster.answers.carryOut();
    t.advance(60_000);
    await t.settle();
    await t.settle();
    t.cluster.endTerminating();
    await t.settle();
    expect([t.pods(id), t.isDeleted(id)]).toEqual([0, true]);
  });

  it('is no pod in any report until it exists', async () => {
    const t = setUp();
    t.cluster.answers.lose('never', 'never');
    const id = await t.ask(1, 0.7);
    await t.retry();
    expect([t.cluster.replicasOf(id).length, t.reported(id)]).toEqual([1, []]);
  });

  it('and a refusal afterwards give the place back once the first request is over', async () => {
    const t = setUp();
    t.cluster.answers.lose('never');
    const ids = [await t.ask(1, 0.7), await t.ask(2, 0.7)];
    t.advance(60_000);
    t.cluster.nextCreateError = Object.assign(new Error('refused'), { name: 'Refused' });
    await t.retry();
    await t.settle();
    expect(t.cluster.assumed.size).toBe(0);
    expect([ids.map(t.pods), t.held()]).toEqual([[1, 0], 700]);
  });
});
