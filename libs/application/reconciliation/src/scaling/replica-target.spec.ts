import type { EventData } from '@tessera/contracts-events';
import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

/** A reconciler whose port answers what the specification sets. */
async function scaled() {
  let wanted = 1;
  const asked: string[] = [];
  const fakes = fakeSchedulers(() => new FakeCluster([gpuNode('node-a', 4)]), {
    replicaTarget: {
      of: ({ workload }) => {
        asked.push(workload.ref.name);
        return { replicas: wanted, reason: `the test wants ${wanted}`, inputs: { wished: wanted } };
      },
    },
  });
  const reconciler = fakes.create();
  const command = applyCommand(1, 0.5);
  await fakes.workloads.change(command.workloadId, acceptApply(command, fakes.iso(), fakes.reporter));
  const reconcile = async (): Promise<void> => {
    reconciler.enqueue(command.workloadId);
    await reconcileUntilIdle(reconciler);
  };
  return {
    ...fakes,
    asked,
    reconcile,
    async scaleTo(replicas: number): Promise<void> {
      wanted = replicas;
      await reconcile();
    },
    async remove(): Promise<void> {
      const removal = acceptRemove({ ...command, generation: 2 }, fakes.iso());
      await fakes.workloads.change(command.workloadId, removal);
      await reconcile();
    },
    pods: () => fakes.cluster.replicasOf(command.workloadId).filter(({ terminating }) => !terminating).length,
    desired: () => fakes.workloads.rows.get(command.workloadId)?.state.desiredReplicas,
    decisions: () =>
      fakes.workloads.published
        .filter(({ headers }) => headers['ce_type']?.endsWith('scale-decided.v1') === true)
        .map(({ value }) => {
          const { from, to, reason, inputs } = JSON.parse(String(value)) as EventData<'scaleDecided'>;
          return { from, to, reason, inputs };
        }),
  };
}

describe('the number of replicas that the port decides', () => {
  it('is created, deleted, reported as desired and published with its reason', async () => {
    const t = await scaled();
    await t.scaleTo(3);
    expect([t.pods(), t.desired()]).toEqual([3, 3]);
    await t.scaleTo(1);
    expect([t.pods(), t.desired()]).toEqual([1, 1]);
    expect(t.decisions()).toEqual([
      { from: 0, to: 3, reason: 'the test wants 3', inputs: { wished: 3 } },
      { from: 3, to: 1, reason: 'the test wants 1', inputs: { wished: 1 } },
    ]);
    expect(t.errors).toEqual([]);
  });

  it('is none for a workload that is being deleted, which the port is not asked about', async () => {
    const t = await scaled();
    await t.scaleTo(2);
    const asked = t.asked.length;
    await t.remove();
    expect([t.pods(), t.asked.length]).toEqual([0, asked]);
    expect(t.decisions().at(-1)).toMatchObject({ from: 2, to: 0, reason: 'the workload is being deleted' });
  });
});
