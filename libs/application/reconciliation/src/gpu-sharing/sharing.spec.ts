import { applyCommand, gpuNode, gpuPortion } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import { ObservedTasks } from '../placement/task-history';
import { placing } from '../placement/placing';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers, START } from '../testing/scheduler';

/** A scheduler on fakes whose reservation pods report their devices when the spec lets them. */
function setUp(...gpus: readonly number[]) {
  const { workloads, cluster, errors, reporter, create, iso, advance } = fakeSchedulers(
    (now) =>
      new FakeCluster(
        gpus.map((count, index) => gpuNode(`node-${'abc'[index]}`, count)),
        now,
      ),
    { placeOn: placing({ policy: 'packing', tasks: new ObservedTasks({ now: () => START }) }) },
  );
  cluster.devicesAtOnce = false;
  let reconciler = create();
  const id = (number: number) => applyCommand(number, 0).workloadId;
  const settle = async () => {
    await reconciler.resync();
    await reconcileUntilIdle(reconciler);
    // What became free in the last cycle.
    await reconcileUntilIdle(reconciler);
  };
  return {
    cluster,
    errors,
    settle,
    id,
    advance,
    /** Waits as long as the scheduler would and runs a cycle; returns the wait, ms. */
    async reconcile() {
      const waited = reconciler.waitMs() ?? 0;
      advance(waited);
      await reconcileUntilIdle(reconciler);
      return waited;
    },
    restart: () => (reconciler = create()),
    /** Workloads by number, each of a portion of one GPU; 1 is a whole one. */
    async apply(portions: Readonly<Record<number, number>>, also: object = {}) {
      for (const [number, portion] of Object.entries(portions)) {
        const command = applyCommand(Number(number), portion);
        const whole = { compute: { gpuDevicesRequest: 1 } };
        const spec = { ...command.spec, ...(portion === 1 ? whole : {}), ...also };
        const applied = { ...command, spec };
        await workloads.change(applied.workloadId, acceptApply(applied, iso(), reporter));
      }
      await settle();
    },
    async remove(number: number) {
      const command = { ...applyCommand(number, 0), generation: 2 };
      await workloads.change(command.workloadId, acceptRemove(command, iso()));
      await settle();
    },
    podOf: (number: number) => cluster.replicasOf(id(number))[0],
    stateOf: (number: number) => workloads.rows.get(id(number))?.state,
    reservationPods: () => [...cluster.reservations.keys()].sort(),
  };
}

describe('a GPU that replicas share', () => {
  it('is reserved once for all of them and injected as soon as it is known', async () => {
    const t = setUp(2);
    await t.apply({ 1: 0.5, 2: 0.5 });
    expect(t.cluster.reservationWrites).toEqual(['node-a/0']);
    expect([t.podOf(1)?.devices, t.podOf(2)?.devices]).toEqual([undefined, undefined]);
    t.cluster.giveDevice('node-a/0', 'GPU-x');
    await t.settle();
    expect([t.podOf(1)?.devices, t.podOf(2)?.devices]).toEqual([['GPU-x'], ['GPU-x']]);
    expect(t.stateOf(1)?.pods[0]?.allocation?.devices[0]?.uuid).toBe('GPU-x');
  });

  it('is known from the start to a replica that comes later', async () => {
    const t = setUp(1);
    await t.apply({ 1: 0.5 });
    t.cluster.giveDevice('node-a/0', 'GPU-x');
    await t.settle();
    await t.apply({ 2: 0.5 });
    expect(t.podOf(2)?.devices).toEqual(['GPU-x']);
    expect(t.cluster.reservationWrites).toEqual(['node-a/0']);
  });

  it('is reserved on each of several devices', async () => {
    const t = setUp(2);
    const compute = gpuPortion(0.5, 2);
    await t.apply({ 1: 0.5 }, { compute });
    t.cluster.giveDevice('node-a/0', 'GPU-x');
    await t.settle();
    expect(t.podOf(1)?.devices).toBeUndefined();
    t.cluster.giveDevice('node-a/1', 'GPU-y');
    await t.settle();
    expect(t.podOf(1)?.devices).toEqual(['GPU-x', 'GPU-y']);
  });

  it('is free again once the last replica has gone, not while it terminates', async () => {
    const t = setUp(1);
    await t.apply({ 1: 0.5, 2: 0.5 });
    await t.remove(1);
    t.cluster.endTerminating();
    await t.settle();
    await t.remove(2);
    expect(t.reservationPods()).toEqual(['node-a/0']);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.reservationPods()).toEqual([]);
  });

  it('keeps its reservation pod if the next replica is placed in the cycle that finds the last one gone', async () => {
    const t = setUp(1);
    await t.apply({ 1: 0.5 });
    await t.remove(1);
    t.cluster.endTerminating();
    await t.apply({ 2: 0.5 });
    expect(t.podOf(2)?.nodeName).toBe('node-a');
    expect(t.cluster.reservationWrites).toEqual(['node-a/0']);
  });

  it('is given to a whole-device replica only after its reservation pod has gone', async () => {
    const t = setUp(1);
    await t.apply({ 1: 0.5 });
    await t.apply({ 2: 1 });
    expect(t.podOf(2)).toBeUndefined();
    await t.remove(1);
    t.cluster.endTerminating();
    let heldAtCreation: readonly string[] = [];
    const create = t.cluster.createReplica.bind(t.cluster);
    t.cluster.createReplica = async (...args) => {
      heldAtCreation = t.reservationPods();
      await create(...args);
    };
    await t.settle();
    expect(t.podOf(2)?.allocation?.kind).toBe('whole');
    expect(heldAtCreation).toEqual([]);
  });

  it('keeps its only reservation pod over a restart of the scheduler', async () => {
    const t = setUp(1);
    await t.apply({ 1: 0.5 });
    t.restart();
    await t.settle();
    t.cluster.giveDevice('node-a/0', 'GPU-x');
    await t.settle();
    expect(t.podOf(1)?.devices).toEqual(['GPU-x']);
    expect(t.cluster.reservationWrites).toEqual(['node-a/0']);
  });

  it('loses an idle reservation pod after a restart too', async () => {
    const t = setUp(1);
    await t.cluster.createReservationPod({ node: 'node-a', slot: 0 });
    t.restart();
    await t.settle();
    expect(t.reservationPods()).toEqual([]);
  });
});

describe('a reservation pod that disappears', () => {
  it.each([
    ['deleted from outside', (t: ReturnType<typeof setUp>) => t.cluster.reservations.delete('node-a/0')],
    [
      'reported another device after a reboot',
      (t: ReturnType<typeof setUp>) => t.cluster.giveDevice('node-a/0', 'GPU-new'),
    ],
  ])('replaces the replicas that run on it: %s', async (_what, happen) => {
    const t = setUp(1);
    await t.apply({ 1: 0.5, 2: 0.5 });
    t.cluster.giveDevice('node-a/0', 'GPU-old');
    await t.settle();
    t.cluster.allReady();
    const before = [t.podOf(1)?.uid, t.podOf(2)?.uid];
    happen(t);
    await t.settle();
    expect([t.podOf(1)?.terminating, t.podOf(2)?.terminating]).toEqual([true, true]);
    t.cluster.endTerminating();
    await t.settle();
    t.cluster.giveDevice('node-a/0', 'GPU-new');
    await t.settle();
    expect([t.podOf(1)?.devices, t.podOf(2)?.devices]).toEqual([['GPU-new'], ['GPU-new']]);
    expect(before).not.toContain(t.podOf(1)?.uid);
  });

  it('is recreated for replicas that still wait for it', async () => {
    const t = setUp(1);
    await t.apply({ 1: 0.5 });
    const pod = t.podOf(1)?.uid;
    t.cluster.reservations.delete('node-a/0');
    await t.settle();
    expect(t.reservationPods()).toEqual(['node-a/0']);
    expect(t.podOf(1)?.uid).toBe(pod);
  });
});

describe('a device that cannot be reserved', () => {
  it('is reported on the workload with the message of the reservation pod, and retried after a delay', async () => {
    const t = setUp(1);
    await t.apply({ 1: 0.5 });
    const refused = { reason: 'UnexpectedAdmissionError', message: 'no healthy devices' };
    t.cluster.updateReservationPod('node-a/0', { phase: 'Failed', ...refused });
    t.advance(1_000);
    await t.settle();
    const ready = t.stateOf(1)?.conditions.find(({ type }) => type === 'Ready');
    expect(ready?.reason).toBe('DeviceNotReserved');
    expect(ready?.message).toContain('UnexpectedAdmissionError: no healthy devices');
    expect(t.cluster.reservationWrites).toHaveLength(1);
    t.advance(4_000);
    await t.settle();
    await t.settle();
    expect(t.cluster.reservationWrites).toHaveLength(2);
    t.cluster.giveDevice('node-a/0', 'GPU-x');
    await t.settle();
    expect(t.podOf(1)?.devices).toEqual(['GPU-x']);
  });

  it('does not delay other replicas, and is left for another device if there is one', async () => {
    const t = setUp(1, 1);
    await t.apply({ 1: 0.5 });
    const stuckOn = t.podOf(1)?.nodeName ?? '';
    const other = stuckOn === 'node-a' ? 'node-b' : 'node-a';
    t.advance(40_000);
    await t.apply({ 2: 0.5 });
    expect(t.podOf(2)?.nodeName).toBe(other);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.podOf(1)?.nodeName).toBe(other);
    expect(t.reservationPods()).toEqual([`${other}/0`]);
  });

  it('is retried with backoff if every attempt fails, while other replicas are placed', async () => {
    const t = setUp(1);
    const createReplica = t.cluster.createReplica.bind(t.cluster);
    t.cluster.createReplica = async (...args) => {
      if (args[0].workload.ref.workloadId === t.id(1)) throw new Error('denied');
      await createReplica(...args);
    };
    await t.apply({ 1: 0.5 });
    const backoff: number[] = [];
    while (backoff.length < 10) backoff.push(await t.reconcile());
    expect(backoff).toEqual([200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
    await t.apply({ 2: 0.5 });
    expect(t.podOf(2)?.nodeName).toBe('node-a');
  });

  it('blocks no other reconcile if the deletion of a replica fails', async () => {
    const t = setUp(2);
    await t.apply({ 1: 0.5 });
    t.cluster.removeReplica = async () => {
      throw new Error('denied');
    };
    await t.remove(1);
    await t.apply({ 2: 0.5 });
    expect(t.podOf(2)?.nodeName).toBe('node-a');
    expect(t.errors.map(String)).toContain('Error: denied');
  });

  it('is reported and retried even if the API server refuses the reservation pod', async () => {
    const t = setUp(1);
    const createReservationPod = t.cluster.createReservationPod.bind(t.cluster);
    t.cluster.createReservationPod = async () => {
      throw Object.assign(new Error('denied by policy'), { name: 'Refused' });
    };
    await t.apply({ 1: 0.5 });
    expect(t.stateOf(1)?.phase).toBe('Initializing');
    expect(t.stateOf(1)?.phaseMessage).toContain('denied by policy');
    t.cluster.createReservationPod = createReservationPod;
    t.advance(60_000);
    await t.settle();
    t.cluster.giveDevice('node-a/0', 'GPU-x');
    await t.settle();
    expect(t.podOf(1)?.devices).toEqual(['GPU-x']);
    t.cluster.allReady();
    await t.settle();
    expect(t.stateOf(1)?.phase).toBe('Running');
  });
});

it('never allocates the memory that the driver reserves', async () => {
  const t = setUp(1);
  await t.apply({ 1: 0.5, 2: 0.5 });
  const shares = [t.podOf(1), t.podOf(2)].map((pod) => pod?.allocation?.devices[0]?.memoryMiB ?? 0);
  // 40 GiB less max(3 %, 256 MiB).
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(40_960 - 1_229);
});
