import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

/** A workload that runs at its first generation on a cluster of so many GPUs. */
async function running(gpus: number, portion = 0.6) {
  const { workloads, cluster, reporter, create, iso, advance } = fakeSchedulers(
    () => new FakeCluster([gpuNode('node-a', gpus)]),
  );
  const reconciler = create();
  const { workloadId: id } = applyCommand(1, portion);
  const state = () => {
    const found = workloads.rows.get(id)?.state;
    if (found === undefined) throw new Error('no state');
    return found;
  };
  const t = {
    cluster,
    state,
    async settle() {
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    /** The time of the next attempt has come. */
    async tryAgain() {
      advance(60_000);
      await t.settle();
    },
    /** An update to a portion, with another image where one is given. */
    async update(generation: number, to: number, image?: string) {
      const command = applyCommand(1, to, generation);
      const spec = image === undefined ? command.spec : { ...command.spec, image };
      await workloads.change(id, acceptApply({ ...command, spec }, iso(), reporter), `apply-${generation}`);
      await t.settle();
    },
    /** Generation of each pod, and whether it leaves. */
    pods: () => cluster.replicasOf(id).map(({ generation, terminating }) => [generation, terminating]),
    condition: (type: string) => state().conditions.find((one) => one.type === type),
  };
  await t.update(1, portion);
  cluster.allReady();
  await t.settle();
  return t;
}

const refused = Object.assign(new Error('memory is above the limit'), { name: 'Refused' });

describe('an update that the cluster refuses', () => {
  it('leaves the earlier revision serving, and reports it', async () => {
    const t = await running(3);
    t.cluster.nextCreateError = refused;
    await t.update(2, 0.7);
    expect(t.state()).toMatchObject({
      phase: 'Degraded',
      readyReplicas: 1,
      phaseMessage:
        'Not updated: 1 replica of an earlier revision serves, new ones cannot be created: memory is above the limit',
    });
    expect(t.condition('ResourcesReady')).toMatchObject({ status: 'False', reason: 'RefusedByCluster' });
    expect(t.condition('Ready')).toMatchObject({ status: 'False', reason: 'RefusedByCluster' });
  });

  it('is over once it is taken back', async () => {
    const t = await running(3);
    t.cluster.nextCreateError = refused;
    await t.update(2, 0.7);
    await t.update(3, 0.6);
    expect(t.state()).toMatchObject({ phase: 'Running', phaseMessage: '', observedGeneration: 3 });
    expect(t.pods()).toEqual([[1, false]]);
    expect(t.condition('ResourcesReady')?.status).toBe('True');
  });

  it('is Failed once nothing serves any more', async () => {
    const t = await running(3);
    t.cluster.nextCreateError = refused;
    await t.update(2, 0.7);
    t.cluster.pods.clear();
    t.cluster.nextCreateError = refused;
    await t.settle();
    expect(t.state()).toMatchObject({ phase: 'Failed', phaseMessage: 'memory is above the limit' });
  });
});

describe('an update that admission refuses until the cluster changes', () => {
  const words = 'A LimitRange of the namespace refuses the workload: maximum memory usage is 1Gi';
  const outside = Object.assign(new Error(words), { name: 'NotAdmitted' });

  it('is not an update in progress: the workload is Degraded with what serves and who refuses', async () => {
    const t = await running(3);
    t.cluster.nextCreateError = outside;
    await t.update(2, 0.7);
    const phaseMessage = `Not updated: 1 replica of an earlier revision serves, new ones cannot be created: ${words}`;
    expect(t.state()).toMatchObject({ phase: 'Degraded', readyReplicas: 1, phaseMessage });
    for (const type of ['ResourcesReady', 'Ready'])
      expect(t.condition(type)).toMatchObject({ status: 'False', reason: 'OutsideLimitRange' });
    t.cluster.nextCreateError = outside;
    await t.tryAgain();
    expect(t.state()).toMatchObject({ phase: 'Degraded', phaseMessage });
  });

  it('goes on once it is admitted', async () => {
    const t = await running(3);
    t.cluster.nextCreateError = outside;
    await t.update(2, 0.7);
    await t.tryAgain();
    expect(t.state()).toMatchObject({
      phase: 'Running',
      phaseMessage: 'Updating: 0 of 1 new replicas are ready',
    });
    t.cluster.allReady();
    await t.settle();
    t.cluster.endTerminating();
    await t.settle();
    expect([t.pods(), t.state().phase, t.state().phaseMessage]).toEqual([[[2, false]], 'Running', '']);
  });

  it('waits for the cluster where nothing serves any more', async () => {
    const t = await running(3);
    t.cluster.nextCreateError = outside;
    await t.update(2, 0.7);
    t.cluster.pods.clear();
    t.cluster.nextCreateError = outside;
    await t.tryAgain();
    expect(t.state()).toMatchObject({ phase: 'Degraded', readyReplicas: 0, phaseMessage: words });
  });

  it('stays an update in progress where the cluster only did not answer', async () => {
    const t = await running(3);
    t.cluster.nextCreateError = new Error('other side closed');
    await t.update(2, 0.7);
    expect(t.state()).toMatchObject({
      phase: 'Running',
      phaseMessage: 'Updating: 0 of 1 new replicas are ready; other side closed',
    });
  });
});

describe('an update back to an earlier revision', () => {
  it('keeps the pod that serves and ends the one half made', async () => {
    const t = await running(3);
    await t.update(2, 0.7);
    expect(t.pods()).toEqual([
      [1, false],
      [2, false],
    ]);
    await t.update(3, 0.6);
    expect(t.pods()).toEqual([
      [1, false],
      [2, true],
    ]);
    t.cluster.endTerminating();
    await t.settle();
    expect([t.pods(), t.state().phase, t.state().phaseMessage]).toEqual([[[1, false]], 'Running', '']);
  });

  it('keeps it after several others, and makes new pods of what has not been asked for', async () => {
    const t = await running(3);
    await t.update(2, 0.7);
    await t.update(3, 0.8);
    t.cluster.endTerminating();
    await t.update(4, 0.6);
    expect(t.pods()).toEqual([
      [1, false],
      [3, true],
    ]);
    t.cluster.endTerminating();
    await t.update(5, 0.6, 'other:1');
    expect(t.pods()).toEqual([
      [1, false],
      [5, false],
    ]);
  });
});
