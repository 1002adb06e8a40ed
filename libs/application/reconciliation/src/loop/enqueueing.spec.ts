import type { QuotaRule } from '@tessera/domain-placement';
import { applyCommand, gpuNode, gpuPortion } from '@tessera/testing-builders';
import { acceptApply, acceptRemove } from '../commands/accept';
import type { MigNode } from '../mig/mig-nodes';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';
import type { CapacityChange } from '../waiting/capacity-change';
import type { ReconcilerDependencies } from './dependencies';

const SHARE: CapacityChange = { kinds: ['gpu', 'pod', 'quota'] };

class SlowCluster extends FakeCluster {
  /** Deletions of reservation pods wait for it. */
  removing: Promise<void> = Promise.resolve();

  override async removeReservationPod(
    pod: Parameters<FakeCluster['removeReservationPod']>[0],
  ): Promise<void> {
    await this.removing;
    await super.removeReservationPod(pod);
  }
}

/** A scheduler on fakes that counts its decisions. */
function setUp(gpus = 1, more: Partial<ReconcilerDependencies> = {}, nodes = [gpuNode('node-a', gpus)]) {
  let decisions = 0;
  const { workloads, cluster, reporter, create, iso, advance, now } = fakeSchedulers(
    (clock) => new SlowCluster(nodes, clock),
    { onDecision: () => void (decisions += 1), ...more },
  );
  const reconciler = create();
  return {
    workloads,
    cluster,
    reporter,
    reconciler,
    advance,
    now,
    async apply(number: number, portion: number) {
      const command = applyCommand(number, portion);
      await workloads.change(command.workloadId, acceptApply(command, iso(), reporter), `apply-${number}`);
      reconciler.enqueueUrgent(command.workloadId);
      advance(1_000);
      return command.workloadId;
    },
    async remove(id: string, number: number) {
      const command = { ...applyCommand(number, 0.5), generation: 2 };
      await workloads.change(id, acceptRemove(command, iso()), `remove-${number}`);
      reconciler.enqueueUrgent(id);
      await reconcileUntilIdle(reconciler);
      cluster.endTerminating();
      reconciler.changed(id);
    },
    settle: () => reconcileUntilIdle(reconciler),
    /** Placement decisions that the action causes. */
    async decisionsOf(action: () => void) {
      decisions = 0;
      action();
      await reconcileUntilIdle(reconciler);
      return decisions;
    },
    places: (id: string) => cluster.replicasOf(id).length,
  };
}

describe('capacity that becomes free', () => {
  it('costs one decision where many wait for the same, and none where it helps nobody', async () => {
    const t = setUp();
    await t.apply(1, 1);
    await t.settle();
    for (let number = 2; number <= 41; number += 1) await t.apply(number, 0.5);
    await t.settle();
    expect(t.reconciler.pending).toHaveLength(40);
    expect(await t.decisionsOf(() => t.reconciler.capacityChanged(SHARE))).toBe(1);
    expect(await t.decisionsOf(() => t.reconciler.capacityChanged({ kinds: ['pod'] }))).toBe(0);
    expect(await t.decisionsOf(() => t.reconciler.capacityChanged({ kinds: ['mig'] }))).toBe(0);
  });

  it('is given to those that wait longest', async () => {
    const t = setUp();
    const first = await t.apply(1, 1);
    await t.settle();
    const ids: string[] = [];
    for (let number = 2; number <= 9; number += 1) ids.push(await t.apply(number, 0.4));
    await t.settle();
    await t.remove(first, 1);
    t.reconciler.capacityChanged(SHARE);
    await t.settle();
    expect(ids.map(t.places)).toEqual([1, 1, 0, 0, 0, 0, 0, 0]);
  });

  it('is not missed by a workload whose decision is still being reported', async () => {
    const t = setUp();
    const first = await t.apply(1, 1);
    await t.settle();
    const second = await t.apply(2, 0.5);
    const storing = t.workloads.holdStates();
    await t.reconciler.reconcileCycle();
    t.cluster.pods.clear();
    t.reconciler.capacityChanged(SHARE);
    storing.go();
    await t.reconciler.settled();
    await t.settle();
    expect([t.places(second), first.length > 0]).toEqual([1, true]);
  });

  it('is not missed by a workload that is decided by a quota from before its change', async () => {
    let rules: readonly QuotaRule[] = [{ scope: 'project', id: '1', pool: 'default', deservedMilliGpu: 0 }];
    let read: () => void = () => undefined;
    const reading = new Promise<void>((resolve) => (read = resolve));
    const quota = async () => {
      const known = rules;
      if (known.length > 0) await reading;
      return { rules: known, versions: new Map<string, number>() };
    };
    const t = setUp(1, { orgUnits: { quota } });
    const id = await t.apply(1, 0.5);
    const cycle = t.reconciler.reconcileCycle();
    await Promise.resolve();
    rules = [];
    t.reconciler.orgUnitsChanged();
    read();
    await cycle;
    await t.reconciler.settled();
    await t.settle();
    expect(t.places(id)).toBe(1);
  });
});

describe('a workload that waits', () => {
  it('reports a change of its reasons, not of their counts', async () => {
    const nodes = Array.from({ length: 44 }, (_, index) => gpuNode(`node-${index}`, 1));
    const t = setUp(1, {}, nodes);
    t.cluster.cordon('node-0');
    const id = await t.apply(1, 0.5);
    await t.settle();
    const waits = applyCommand(2, 0.5);
    const spec = {
      ...waits.spec,
      compute: gpuPortion(1, 2),
    };
    await t.workloads.change(
      waits.workloadId,
      acceptApply({ ...waits, spec }, new Date(t.now()).toISOString(), t.reporter),
      'apply-2',
    );
    t.reconciler.enqueueUrgent(waits.workloadId);
    await t.settle();
    const reported = () => t.workloads.published.filter(({ key }) => key === waits.workloadId).length;
    const [before, state] = [reported(), t.workloads.rows.get(waits.workloadId)?.state];
    expect(state?.phaseMessage).toMatch(/^0\/44 nodes: 43 have too few devices.*, 1 is cordoned/);
    for (let index = 1; index <= 40; index += 1) {
      t.cluster.cordon(`node-${index}`);
      t.reconciler.capacityChanged();
      await t.settle();
    }
    expect([reported(), t.workloads.rows.get(waits.workloadId)?.state.phaseMessage]).toEqual([
      before,
      state?.phaseMessage,
    ]);
    for (let index = 41; index <= 43; index += 1) t.cluster.cordon(`node-${index}`);
    t.reconciler.capacityChanged();
    await t.settle();
    expect(t.workloads.rows.get(waits.workloadId)?.state.phaseMessage).toBe(
      '0/44 nodes: 44 are cordoned or not ready',
    );
    expect(t.places(id)).toBe(1);
  });
});

describe('a workload that fails', () => {
  const claim = { name: 'mine', field: 'spec.storage.pvc', made: false } as const;

  it('keeps its backoff while claims of others change', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    t.cluster.objectsError = new Error('no answer');
    await t.settle();
    const wait = t.reconciler.waitMs() ?? 0;
    expect(wait).toBeGreaterThan(0);
    t.reconciler.surroundingsChanged({ claim: { namespace: 'elsewhere', name: 'other' } });
    t.reconciler.surroundingsChanged();
    expect(t.reconciler.waitMs()).toBe(wait);
    expect(t.workloads.rows.get(id)?.state.phase).toBe('Pending');
  });

  it('is tried again when a claim changes that it mounts', async () => {
    const t = setUp();
    const id = await t.apply(1, 0.5);
    t.cluster.claims = [claim];
    await t.settle();
    const { namespace } = t.workloads.rows.get(id)?.ref ?? { namespace: '' };
    t.reconciler.surroundingsChanged({ claim: { namespace, name: 'other' } });
    expect(t.reconciler.waitMs()).toBeUndefined();
    t.reconciler.surroundingsChanged({ claim: { namespace, name: 'mine' } });
    expect(t.reconciler.waitMs()).toBe(0);
  });
});

describe('followers of a running workload', () => {
  it('are handled in the next cycle although everything that waits is reconciled again', async () => {
    const t = setUp(2);
    const runs = await t.apply(1, 1);
    await t.settle();
    for (let number = 2; number <= 300; number += 1) await t.apply(number, 1 + number);
    await t.settle();
    await t.reconciler.resync();
    t.cluster.allReady();
    t.reconciler.enqueue(runs);
    await t.reconciler.reconcileCycle();
    await t.reconciler.settled();
    expect(t.workloads.rows.get(runs)?.state.phase).toBe('Running');
  });
});

describe('a call to the API server that hangs', () => {
  const NEVER = new Promise<never>(() => undefined);

  it('for one MIG change delays no workload', async () => {
    const node = {
      name: 'node-m',
      replicas: [],
      reservationPods: [],
      observed: { asked: 'all-1g.5gb' },
    } as unknown as MigNode;
    const nodes = {
      asked: () => [node],
      node: () => node,
      configsOf: () => NEVER,
      write: () => NEVER,
      report: () => NEVER,
      ask: () => NEVER,
    };
    const timing = { drainMs: 1, stuckMs: 1, limitMs: 1, awayMs: 1, attempts: 1 };
    const t = setUp(1, { mig: { nodes, timing } });
    const id = await t.apply(1, 0.5);
    await t.reconciler.reconcileCycle();
    await new Promise((resolve) => setImmediate(resolve));
    expect(t.places(id)).toBe(1);
  });

  it('for the reservation pod of one device delays only those that are placed on it', async () => {
    const t = setUp(2);
    const [shared, whole] = [await t.apply(1, 0.5), await t.apply(2, 1)];
    await t.settle();
    await t.settle();
    let release: () => void = () => undefined;
    t.cluster.removing = new Promise((resolve) => (release = resolve));
    const ended = t.cluster.replicasOf(shared)[0]?.name ?? '';
    t.cluster.update(ended, { terminating: true });
    t.cluster.endTerminating();
    t.workloads.rows.delete(shared);
    const [waits] = [await t.apply(3, 1)];
    await t.reconciler.reconcileCycle();
    await new Promise((resolve) => setImmediate(resolve));
    expect([t.cluster.pods.size, t.cluster.replicasOf(waits)[0]?.uid]).toEqual([1, '']);
    t.cluster.allReady();
    t.reconciler.enqueue(whole);
    await t.reconciler.reconcileCycle();
    await new Promise((resolve) => setImmediate(resolve));
    expect(t.workloads.rows.get(whole)?.state.phase).toBe('Running');
    release();
    await t.settle();
    expect(t.cluster.replicasOf(waits)[0]?.uid).not.toBe('');
  });
});
