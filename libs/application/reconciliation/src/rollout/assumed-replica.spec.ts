import { toIntent } from '@tessera/domain-workload';
import { applyCommand, deviceShare, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { clusterSnapshot } from '../placement/snapshot';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { InMemoryWorkloads } from '../testing/in-memory-workloads';
import { fakeSchedulers } from '../testing/scheduler';
import { assumedReplica } from './assumed-replica';

/** A scheduler on fakes, with one GPU and a cluster that creates replicas slowly. */
function setUp(gpus = 1) {
  const { workloads, cluster, reporter, create, advance } = fakeSchedulers(
    () => new FakeCluster([gpuNode('node-a', gpus)]),
  );
  const reconciler = create();
  const go = cluster.holdCreations();
  return {
    cluster,
    reconciler,
    /** Runs a cycle and lets background work proceed. */
    async reconcileCycle(): Promise<void> {
      await reconciler.reconcileCycle();
      await new Promise(setImmediate);
    },
    go,
    advance,
    async ask(id: number, portion: number, replicas = 1): Promise<string> {
      const base = applyCommand(id, portion);
      const autoscaling = { minReplicas: replicas, initialReplicas: replicas, maxReplicas: replicas };
      const command = { ...base, spec: { ...base.spec, autoscaling } };
      await workloads.change(command.workloadId, acceptApply(command, '2026-01-01T00:00:00Z', reporter));
      reconciler.enqueueUrgent(command.workloadId);
      return command.workloadId;
    },
    message: (id: string) => workloads.rows.get(id)?.state.phaseMessage,
    names: () => [...cluster.pods.keys()],
  };
}

describe('a replica whose creation is slow', () => {
  it('blocks no other placement', async () => {
    const t = setUp();
    await t.ask(1, 0.5);
    await t.reconcileCycle();
    await t.ask(2, 0.5);
    await t.reconcileCycle();
    expect(t.cluster.creations).toHaveLength(2);
    t.go();
    await reconcileUntilIdle(t.reconciler);
    expect(t.names()).toHaveLength(2);
  });

  it('holds its place from the decision on', async () => {
    const t = setUp();
    await t.ask(1, 0.7);
    await t.reconcileCycle();
    const second = await t.ask(2, 0.7);
    await t.reconcileCycle();
    t.go();
    await reconcileUntilIdle(t.reconciler);
    expect(t.names()).toHaveLength(1);
    expect(t.message(second)).toContain('0/1 nodes');
  });

  it('is not requested twice, however often its workload is enqueued', async () => {
    const t = setUp();
    const id = await t.ask(1, 0.5);
    for (let reconcileCycle = 0; reconcileCycle < 3; reconcileCycle += 1) {
      t.reconciler.enqueueUrgent(id);
      await t.reconcileCycle();
    }
    expect(t.cluster.creations).toHaveLength(1);
    t.go();
    await reconcileUntilIdle(t.reconciler);
    expect(t.cluster.creations).toHaveLength(1);
  });

  it('releases its place if it fails', async () => {
    const t = setUp();
    await t.ask(1, 0.7);
    t.cluster.nextCreateError = new Error('denied by a webhook');
    await t.reconcileCycle();
    t.go();
    await t.reconciler.settled();
    expect([...t.cluster.assumed]).toEqual([]);
    const second = await t.ask(2, 0.7);
    await t.reconcileCycle();
    await t.reconciler.settled();
    expect(t.cluster.replicasOf(second)).toHaveLength(1);
  });

  it('is retried with exponential backoff if it fails, whatever forgetting it frees', async () => {
    const t = setUp();
    const forget = t.cluster.forget.bind(t.cluster);
    t.cluster.forget = (replica) => {
      forget(replica);
      t.reconciler.capacityChanged();
    };
    // Two replicas, and capacity for one.
    await t.ask(1, 0.7, 2);
    t.go();
    const backoff: (number | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) {
      t.cluster.nextCreateError = new Error('denied by a webhook');
      await reconcileUntilIdle(t.reconciler);
      backoff.push(t.reconciler.waitMs());
      t.advance(t.reconciler.waitMs() ?? 0);
    }
    expect(backoff).toEqual([200, 400, 800]);
  });

  it('leaves some reconciles to the others, however many workloads ask for replicas', async () => {
    const t = setUp(100);
    const old = await t.ask(0, 1);
    t.go();
    await reconcileUntilIdle(t.reconciler);
    const go = t.cluster.holdCreations();
    for (let id = 1; id <= 60; id += 1) await t.ask(id, 0.5);
    await t.reconcileCycle();
    expect(t.cluster.creations).toHaveLength(1 + 48);
    expect(t.reconciler.waitMs()).toBeUndefined();
    t.reconciler.enqueue(old);
    expect(await t.reconciler.reconcileCycle()).toBe(1);
    go();
    await t.reconciler.settled();
    await reconcileUntilIdle(t.reconciler);
    expect(t.names()).toHaveLength(61);
  });

  it('keeps the reservation pod of its device', async () => {
    const t = setUp();
    await t.cluster.createReservationPod({ node: 'node-a', slot: 0 });
    await t.ask(1, 0.5);
    await t.reconciler.resync();
    await t.reconcileCycle();
    expect([...t.cluster.reservations.keys()]).toEqual(['node-a/0']);
    t.go();
    await reconcileUntilIdle(t.reconciler);
    expect([...t.cluster.reservations.keys()]).toEqual(['node-a/0']);
  });
});

it('counts on its node like its future pod', async () => {
  const cluster = new FakeCluster([gpuNode('node-a', 1)]);
  const workloads = new InMemoryWorkloads();
  const command = applyCommand(1, 0.5);
  const reporter = { source: 's', topics: { events: 'e', workloads: 'w' }, newId: () => 'id' };
  await workloads.change(command.workloadId, acceptApply(command, '2026-01-01T00:00:00Z', reporter));
  const workload = workloads.rows.get(command.workloadId);
  if (workload === undefined) throw new Error('not accepted');
  const target = { workload, intent: toIntent(workload.spec).intent };
  const share = deviceShare(0);
  const placement = { node: 'node-a', kind: 'portion', devices: [share] } as const;
  const assumed = assumedReplica(target, { ordinal: 0, name: 'a', placement }, workload.createdAt);
  expect(clusterSnapshot(cluster.nodes(), () => [assumed], []).nodes[0]?.replicas).toMatchObject([
    { id: 'a', workloadId: command.workloadId, kind: 'portion', devices: [share] },
  ]);
});
