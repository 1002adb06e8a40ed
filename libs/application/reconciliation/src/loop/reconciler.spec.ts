import type { ApplyCommand } from '@tessera/contracts-events';
import type { QuotaRule } from '@tessera/domain-placement';
import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

/** A scheduler on fakes, one GPU, a manual clock. */
function setUp(gpus = 1) {
  let quota: readonly QuotaRule[] = [];
  const { workloads, cluster, errors, reporter, create, iso, advance } = fakeSchedulers(
    () => new FakeCluster([gpuNode('node-a', gpus)]),
    { orgUnits: { quota: async () => ({ rules: quota, versions: new Map() }) } },
  );
  let reconciler = create();
  return {
    workloads,
    cluster,
    errors,
    deserve: (...rules: readonly QuotaRule[]) => (quota = rules),
    advance,
    restart: () => (reconciler = create()),
    /** Runs cycles until nothing is left to do now. */
    async settle() {
      await reconciler.resync();
      await reconcileUntilIdle(reconciler);
    },
    async reconcileCycle() {
      await reconcileUntilIdle(reconciler);
    },
    enqueue: (id: string) => reconciler.enqueue(id),
    enqueueUrgent: (id: string) => reconciler.enqueueUrgent(id),
    resync: () => reconciler.resync(),
    begin: () => reconciler.reconcileCycle(),
    waitMs: () => reconciler.waitMs(),
    /** One cycle; leaves the work beyond its capacity. */
    async once() {
      await reconciler.reconcileCycle();
      await reconciler.settled();
    },
    pending: () => reconciler.pending.map(({ ref, replicas }) => [ref.workloadId, replicas]),
    projectOf: (id: string) => reconciler.refOf(id)?.projectName,
    orgUnitsChanged: () => reconciler.orgUnitsChanged(),
    async apply(id: number, portion: number, generation = 1, eventId = `apply-${id}-${generation}`) {
      const command = applyCommand(id, portion, generation);
      await this.command(command, eventId);
      return command.workloadId;
    },
    async command(command: ApplyCommand, eventId = 'a-command') {
      await workloads.change(command.workloadId, acceptApply(command, iso(), reporter), eventId);
    },
    async remove(id: number, generation = 2) {
      const command = { ...applyCommand(id, 0.5), generation };
      await workloads.change(command.workloadId, acceptRemove(command, iso()), `remove-${id}`);
    },
    phase: (id: string) => workloads.rows.get(id)?.state.phase,
  };
}

describe('bringing the cluster to the desired state', () => {
  it('moves a workload through its phases and reports each step once', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    expect(t.phase(id)).toBe('Pending');
    await t.settle();
    await t.settle();
    expect(t.phase(id)).toBe('Initializing');
    t.cluster.allReady();
    await t.settle();
    await t.settle();
    expect(t.phase(id)).toBe('Running');
    const reported = t.workloads.published.length;
    await t.settle();
    expect(t.workloads.published).toHaveLength(reported);
    expect(t.workloads.eventTypes(id)).toEqual([
      'phase-changed',
      'scale-decided',
      'replica-scheduled',
      'gpu-allocated',
      'phase-changed',
      'cold-start',
      'phase-changed',
    ]);
  });

  it('places a new workload after a restart before it has reconciled all the others', async () => {
    const t = setUp(16);
    for (let number = 1; number <= 150; number += 1) await t.apply(number, 0.1);
    await t.settle();
    t.restart();
    await t.resync();
    const id = await t.apply(151, 0.1);
    t.enqueueUrgent(id);
    await t.once();
    expect(t.cluster.replicasOf(id)).toHaveLength(1);
  });

  it('creates the pods of all new workloads before their other objects', async () => {
    const t = setUp(4);
    const ids = [await t.apply(1, 0.5), await t.apply(2, 0.5)];
    await t.resync();
    await t.once();
    expect([t.cluster.creations.length, t.cluster.objectWrites, t.cluster.reservationWrites]).toEqual([
      2,
      [],
      [],
    ]);
    await t.once();
    expect([...t.cluster.objectWrites].sort()).toEqual(ids);
    expect(t.cluster.reservationWrites).toHaveLength(1);
  });

  it('applies a command once, however often and late it comes', async () => {
    const t = setUp();
    await t.apply(1, 0.5);
    await t.apply(1, 0.5);
    await t.apply(1, 0.9, 1, 'another-delivery');
    await t.settle();
    await t.apply(1, 0.5, 1, 'a-late-one');
    await t.settle();
    expect(t.cluster.creations).toHaveLength(1);
  });

  it('creates nothing twice when it dies between creating the pod and reporting it', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    await t.settle();
    t.restart();
    await t.settle();
    expect(t.cluster.pods.size).toBe(1);
    expect(t.workloads.eventTypes(id).filter((type) => type === 'gpu-allocated')).toHaveLength(1);
  });

  it('keeps a workload that fits on no node Pending with its reason, and runs it once the share is free', async () => {
    const t = setUp();
    await t.apply(1, 0.7);
    await t.settle();
    const second = await t.apply(2, 0.6);
    await t.settle();
    expect(t.phase(second)).toBe('Pending');
    expect(t.workloads.rows.get(second)?.state.phaseMessage).toMatch(/^0\/1 nodes: 1 /);
    await t.settle();
    expect(t.workloads.eventTypes(second).filter((type) => type === 'replica-unschedulable')).toHaveLength(1);

    await t.remove(1);
    await t.settle();
    t.cluster.endTerminating();
    t.enqueue(applyCommand(1, 0.7).workloadId);
    await t.reconcileCycle();
    expect(t.cluster.replicasOf(second)).toHaveLength(1);
  });

  it('places others while the report of one is slow, and reconciles that one again only afterwards', async () => {
    const t = setUp(2);
    const slow = await t.apply(1, 0.5);
    t.enqueue(slow);
    await t.once();
    const reported = t.workloads.holdStates();
    await t.begin();
    const other = await t.apply(2, 0.5);
    for (const id of [slow, other]) t.enqueue(id);
    await t.begin();
    expect(t.cluster.replicasOf(other)).toHaveLength(1);
    // All background work has proceeded.
    await new Promise(setImmediate);
    expect(reported.asked()).toBe(1);
    reported.go();
    await t.reconcileCycle();
    expect(t.phase(slow)).toBe('Initializing');
  });

  it('retries a failing report with backoff', async () => {
    const t = setUp(1);
    const id = await t.apply(1, 0.5);
    t.enqueue(id);
    await t.once();
    const reported = t.workloads.holdStates();
    await t.begin();
    reported.fail(new Error('away'));
    const backoff: (number | undefined)[] = [];
    for (let count = 0; count < 4; count += 1) {
      await t.reconcileCycle();
      backoff.push(t.waitMs());
      t.advance(t.waitMs() ?? 0);
    }
    expect(backoff).toEqual([200, 400, 800, 1600]);
  });

  it('enforces the quota of a project, reports when it is exceeded, and continues when it grows', async () => {
    const t = setUp(2);
    const deserves = (deservedMilliGpu: number) =>
      t.deserve({ scope: 'project', id: '1', pool: 'default', deservedMilliGpu });
    deserves(1000);
    await t.apply(1, 0.7);
    await t.settle();
    const second = await t.apply(2, 0.7);
    await t.settle();
    expect(t.cluster.pods.size).toBe(1);
    expect(t.phase(second)).toBe('Pending');
    expect(t.workloads.rows.get(second)?.state.phaseMessage).toContain('quota');
    expect(t.workloads.eventTypes(second)).toContain('quota-exceeded');

    deserves(1400);
    t.orgUnitsChanged();
    await t.reconcileCycle();
    expect(t.cluster.pods.size).toBe(2);
  });

  it('reports how many replicas fit on no node, as long as there are any', async () => {
    const t = setUp(2);
    const { workloadId, ...command } = applyCommand(1, 0.7);
    const scaled = {
      ...command,
      workloadId,
      spec: { ...command.spec, autoscaling: { minReplicas: 5, initialReplicas: 5, maxReplicas: 5 } },
    };
    await t.command(scaled);
    await t.settle();
    expect(t.cluster.pods.size).toBe(2);
    expect(t.pending()).toEqual([[workloadId, 3]]);

    await t.remove(1);
    await t.settle();
    expect(t.pending()).toEqual([]);
  });

  it('knows the reference of a workload from its first reconcile until it is deleted', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    expect(t.projectOf(id)).toBeUndefined();
    await t.settle();
    expect(t.projectOf(id)).toBe('project-1');
    await t.remove(1);
    await t.settle();
    t.cluster.endTerminating();
    await t.settle();
    expect(t.projectOf(id)).toBeUndefined();
  });

  it('reports Deleting until the pods are gone, then deleted, and releases the share', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    await t.settle();
    await t.settle();
    await t.remove(1);
    await t.settle();
    expect(t.phase(id)).toBe('Deleting');
    expect(t.workloads.rows.get(id)?.deleted).toBe(false);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.workloads.rows.get(id)?.deleted).toBe(true);
    expect(t.workloads.eventTypes(id).slice(-2)).toEqual(['gpu-released', 'deleted']);
    expect(t.workloads.published.at(-1)).toMatchObject({ topic: 'workloads', key: id, value: null });
  });

  it('never creates a workload whose removal came first', async () => {
    const t = setUp();
    await t.remove(1);
    const id = await t.apply(1, 0.5);
    await t.settle();
    expect(t.cluster.creations).toEqual([]);
    expect(t.workloads.rows.get(id)?.deleted).toBe(true);
  });

  it('replaces a pod that ended by itself, under the same name once that is free', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    await t.settle();
    const name = t.cluster.creations[0] ?? '';
    t.cluster.update(name, { phase: 'Failed', reason: 'Evicted' });
    await t.settle();
    expect(t.cluster.pods.get(name)?.terminating).toBe(true);
    t.cluster.endTerminating();
    await t.settle();
    expect(t.cluster.replicasOf(id)).toMatchObject([{ name, phase: 'Pending' }]);
  });

  it('retries with exponential backoff when writes to the cluster fail', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    t.cluster.nextCreateError = new Error('connection refused');
    await t.settle();
    expect(t.errors).toHaveLength(1);
    expect(t.workloads.rows.get(id)?.state.phaseMessage).toBe('connection refused');
    t.advance(200);
    await t.reconcileCycle();
    expect(t.cluster.pods.size).toBe(1);
  });

  it('fails a workload whose objects the cluster refuses, with the message of the cluster', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    t.cluster.nextCreateError = Object.assign(new Error('spec.containers[0].image: Required value'), {
      name: 'Refused',
    });
    await t.settle();
    expect(t.workloads.rows.get(id)?.state).toMatchObject({
      phase: 'Failed',
      phaseMessage: 'spec.containers[0].image: Required value',
    });
  });

  describe('an update', () => {
    /** A workload that runs at its first generation, and its pods by generation. */
    async function running(gpus: number, portion: number) {
      const t = setUp(gpus);
      const id = await t.apply(1, portion);
      await t.settle();
      t.cluster.allReady();
      await t.settle();
      const generations = () =>
        t.cluster
          .replicasOf(id)
          .map(({ generation, ready, terminating }) => [generation, ready, terminating]);
      const message = () => t.workloads.rows.get(id)?.state.phaseMessage;
      return { t, id, generations, message };
    }

    it('starts the new replica before it deletes the old one, and keeps serving', async () => {
      const { t, id, generations, message } = await running(2, 0.6);
      await t.apply(1, 0.7, 2);
      await t.settle();
      expect(generations()).toEqual([
        [1, true, false],
        [2, false, false],
      ]);
      expect(t.phase(id)).toBe('Running');
      await t.settle();
      expect(message()).toBe('Updating: 0 of 1 new replicas are ready');
      t.cluster.allReady();
      await t.settle();
      t.cluster.endTerminating();
      await t.settle();
      expect(generations()).toEqual([[2, true, false]]);
      expect([t.phase(id), message()]).toEqual(['Running', '']);
    });

    it('frees capacity for the new replica if there is none beside the old one', async () => {
      const { t, id, generations } = await running(1, 0.6);
      await t.apply(1, 0.7, 2);
      await t.settle();
      expect(generations()).toEqual([[1, true, true]]);
      t.cluster.endTerminating();
      await t.settle();
      expect(generations()).toEqual([[2, false, false]]);
      t.cluster.allReady();
      await t.settle();
      expect(t.phase(id)).toBe('Running');
    });

    it('keeps the old replica if deleting it would not free enough', async () => {
      const { t, id, generations, message } = await running(1, 0.6);
      await t.apply(2, 0.3);
      await t.settle();
      await t.apply(1, 0.8, 2);
      await t.settle();
      await t.settle();
      expect(generations()).toEqual([[1, true, false]]);
      expect(t.phase(id)).toBe('Running');
      expect(message()).toMatch(/^Updating: 0 of 1 new replicas are ready; 0\/1 nodes/);
    });

    it('is superseded by the next one', async () => {
      const { t, generations } = await running(3, 0.6);
      await t.apply(1, 0.7, 2);
      await t.settle();
      await t.apply(1, 0.8, 3);
      await t.settle();
      t.cluster.endTerminating();
      await t.settle();
      expect(generations()).toEqual([
        [1, true, false],
        [3, false, false],
      ]);
    });
  });
});
