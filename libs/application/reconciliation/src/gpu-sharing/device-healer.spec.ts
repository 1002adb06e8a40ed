import { applyCommand, deviceShare, gpuAllocation, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import type { ReplicaPod } from '../model/replica';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';
import type { HealedDevice } from './device-healer';

/** A running workload of 0.6 GPU on nodes with so many devices. */
async function setUp(nodes: number, devices = 1) {
  const healed: HealedDevice[] = [];
  const { workloads, cluster, errors, reporter, create, iso, advance } = fakeSchedulers(
    (now) =>
      new FakeCluster(
        ['node-a', 'node-b'].map((name, index) => gpuNode(name, index < nodes ? devices : 0)),
        now,
      ),
    { onHealed: (one) => healed.push(one) },
  );
  const reconciler = create();
  const id = (number: number) => applyCommand(number, 0.6).workloadId;
  const t = {
    cluster,
    errors,
    healed,
    reconciler,
    advance,
    async settle(): Promise<void> {
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    async ask(number: number): Promise<void> {
      const command = applyCommand(number, 0.6);
      await workloads.change(command.workloadId, acceptApply(command, iso(), reporter), `apply-${number}`);
      await t.settle();
    },
    podOf: (number: number): ReplicaPod => {
      const [pod] = cluster.replicasOf(id(number));
      if (pod === undefined) throw new Error('no pod');
      return pod;
    },
    state: (number: number) => workloads.rows.get(id(number))?.state,
    events: (number: number) => workloads.eventTypes(id(number)),
    /** A pod of workload 2 appears on the device of workload 1. */
    appear(): void {
      cluster.pods.set('late', {
        ...t.podOf(1),
        uid: '00000000-0000-4000-8000-00000000000f',
        name: 'late',
        workloadId: id(2),
        createdAt: '2026-01-01T00:00:09.000Z',
      });
      reconciler.changed(id(2));
      advance(100);
    },
  };
  await t.ask(1);
  cluster.allReady();
  await t.settle();
  return t;
}

describe('a device that was given away more than once', () => {
  it('is healed in the cycle after it is seen, and the ended replica has a place elsewhere', async () => {
    const t = await setUp(2);
    await t.ask(2);
    t.cluster.pods.delete(t.podOf(2).name);
    t.appear();
    await reconcileUntilIdle(t.reconciler);
    expect(t.podOf(1).terminating).toBe(false);
    expect(t.cluster.pods.get('late')?.terminating).toBe(true);
    expect(t.healed).toMatchObject([
      { node: 'node-a', slot: 0, cause: 'shares', pod: 'runai-project-1/late' },
    ]);
    expect(t.events(2)).toContain('device-overfull');
    expect(t.state(2)?.phaseMessage).toMatch(/^late: device 0 of node-a is given away more than once/);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.podOf(2)).toMatchObject({ nodeName: 'node-b', terminating: false });
  });

  it('leaves the ended replica waiting with its reason where there is no other place', async () => {
    const t = await setUp(1);
    await t.ask(2);
    t.appear();
    await reconcileUntilIdle(t.reconciler);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.state(2)?.conditions.find(({ type }) => type === 'PodScheduled')).toMatchObject({
      status: 'False',
      reason: 'Unschedulable',
    });
    expect(t.podOf(1).terminating).toBe(false);
  });

  it('is reported once, however late the watch shows that the replica ends', async () => {
    const t = await setUp(2);
    await t.ask(2);
    t.cluster.pods.delete(t.podOf(2).name);
    t.cluster.endsSeenLate = true;
    t.appear();
    for (let count = 0; count < 3; count += 1) await t.settle();
    expect(t.healed).toHaveLength(1);
    expect(t.events(2).filter((type) => type === 'device-overfull')).toHaveLength(1);
    expect([...t.cluster.pods.keys()].filter((name) => name !== t.podOf(1).name)).toEqual(['late']);
  });

  it('is found at a resync where its change was missed', async () => {
    const t = await setUp(2);
    await t.ask(2);
    t.cluster.pods.delete(t.podOf(2).name);
    t.appear();
    t.cluster.takeChangedNodes();
    await t.settle();
    expect(t.healed).toMatchObject([{ cause: 'shares', pod: 'runai-project-1/late' }]);
  });

  it('is healed by another attempt where the first one fails', async () => {
    const t = await setUp(2);
    await t.ask(2);
    t.cluster.pods.delete(t.podOf(2).name);
    const remove = t.cluster.removeReplica.bind(t.cluster);
    t.cluster.removeReplica = async (pod) => {
      t.cluster.removeReplica = remove;
      throw new Error(`no answer about ${pod.name}`);
    };
    t.appear();
    await reconcileUntilIdle(t.reconciler);
    expect([t.healed.length, t.errors.length]).toEqual([0, 1]);
    t.advance(1_000);
    await reconcileUntilIdle(t.reconciler);
    expect(t.healed).toHaveLength(1);
  });
});

it('of two reservation pods with one device the one without users ends, and its slot is avoided', async () => {
  const t = await setUp(1, 2);
  const { device } = t.cluster.reservationPodOf('node-a/0') ?? {};
  t.cluster.assume({
    ...t.podOf(1),
    ...{ uid: '', name: 'assumed', nodeName: 'node-a' },
    allocation: gpuAllocation({ node: 'node-a', devices: [deviceShare(1, 1)] }),
  });
  await t.cluster.createReservationPod({ node: 'node-a', slot: 1 });
  t.cluster.giveDevice('node-a/1', device);
  t.advance(1_000);
  await t.settle();
  expect([...t.cluster.reservations.keys()]).toHaveLength(1);
  expect(t.healed).toMatchObject([{ cause: 'reservations' }]);
});
