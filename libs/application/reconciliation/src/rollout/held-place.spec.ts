import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

/** The scheduler died: nothing that it goes on to ask for reaches the cluster. */
class Killed extends Error {}

/**
 * One GPU that workload 5 has 0.6 of, while others wait for it: 1 is older, 9 younger. Workload 5 is updated.
 */
async function setUp() {
  const { workloads, cluster, reporter, create, iso, advance } = fakeSchedulers(
    (now) => new FakeCluster([gpuNode('node-a', 1)], now),
  );
  let reconciler = create();
  const id = (number: number) => applyCommand(number, 0.6).workloadId;
  const t = {
    cluster,
    advance,
    async settle(): Promise<void> {
      for (let count = 0; count < 3; count += 1) {
        await reconciler.resync();
        await reconcileUntilIdle(reconciler);
      }
    },
    async ask(number: number, portion: number, generation = 1): Promise<void> {
      const command = applyCommand(number, portion, generation);
      const event = `${number}-${generation}`;
      await workloads.change(command.workloadId, acceptApply(command, iso(), reporter), event);
      await t.settle();
    },
    async remove(number: number): Promise<void> {
      const command = { ...applyCommand(number, 0.6), generation: 9 };
      await workloads.change(command.workloadId, acceptRemove(command, iso()), `remove-${number}`);
      await t.settle();
    },
    /** From now on, the call does not reach the cluster, and its scheduler is gone. */
    killAt(call: 'holdPlace' | 'removeReplica' | 'createReplica', hasEffect: boolean): void {
      const real = cluster[call].bind(cluster) as (...args: unknown[]) => Promise<void>;
      (cluster as unknown as Record<string, unknown>)[call] = async (...args: unknown[]) => {
        if (hasEffect) await real(...args);
        throw new Killed();
      };
      t.restored = () => ((cluster as unknown as Record<string, unknown>)[call] = real);
    },
    restored: (): unknown => undefined,
    /** A new scheduler leads; it decides first about those who wait, before it looks at workload 5. */
    async succeed(): Promise<void> {
      t.restored();
      cluster.assumed.clear();
      reconciler = create();
      for (const number of [1, 9]) reconciler.enqueue(id(number));
      await reconcileUntilIdle(reconciler);
    },
    /** Generations of the pods of each workload. */
    pods: () => [1, 5, 9].map((number) => cluster.replicasOf(id(number)).map(({ generation }) => generation)),
    state: (number: number) => workloads.rows.get(id(number))?.state,
  };
  await t.ask(5, 0.6);
  cluster.allReady();
  await t.settle();
  await t.ask(1, 0.6);
  await t.ask(9, 0.6);
  return t;
}

describe('the place that an update frees', () => {
  it('belongs to its successor, whoever waits', async () => {
    const t = await setUp();
    await t.ask(5, 0.7, 2);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.pods()).toEqual([[], [2], []]);
    expect(t.cluster.held.size).toBe(0);
  });

  it.each([
    ['before the place is held', 'holdPlace', false],
    ['after the place is held', 'holdPlace', true],
    ['before the replica is ended', 'removeReplica', false],
    ['after the replica is ended', 'removeReplica', true],
    ['before the successor is created', 'createReplica', false],
    ['after the successor is created', 'createReplica', true],
  ] as const)(
    'belongs to it for a new leader too, if the old one dies %s',
    async (_when, call, hasEffect) => {
      const t = await setUp();
      if (call !== 'createReplica') t.killAt(call, hasEffect);
      await t.ask(5, 0.7, 2);
      if (call === 'createReplica') {
        t.killAt(call, hasEffect);
        t.cluster.endTerminating();
        await t.settle();
      }
      await t.succeed();
      t.cluster.endTerminating();
      await t.succeed();
      await t.settle();
      t.cluster.endTerminating();
      await t.settle();
      expect(t.pods()).toEqual([[], [2], []]);
      expect(t.cluster.held.size).toBe(0);
    },
  );

  it('is free once its workload is deleted', async () => {
    const t = await setUp();
    await t.ask(5, 0.7, 2);
    await t.remove(5);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.pods()).toEqual([[1], [], []]);
    expect(t.cluster.held.size).toBe(0);
  });

  it('belongs to the next update as well', async () => {
    const t = await setUp();
    await t.ask(5, 0.7, 2);
    await t.ask(5, 0.8, 3);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.pods()).toEqual([[], [3], []]);
    expect(t.cluster.held.size).toBe(0);
  });

  it('is held no more once the update is taken back in time', async () => {
    const t = await setUp();
    t.killAt('holdPlace', true);
    await t.ask(5, 0.7, 2);
    t.restored();
    await t.ask(5, 0.6, 3);
    expect([t.pods(), t.cluster.held.size]).toEqual([[[], [1], []], 0]);
    expect(t.state(5)).toMatchObject({ phase: 'Running', readyReplicas: 1 });
  });

  it('is given up ten minutes later where the successor does not fit on it after all', async () => {
    const t = await setUp();
    await t.ask(5, 0.7, 2);
    t.cluster.cordon('node-a');
    t.cluster.endTerminating();
    await t.settle();
    expect(t.cluster.held.size).toBe(1);
    t.advance(600_000);
    await t.settle();
    expect(t.cluster.held.size).toBe(0);
  });
});
