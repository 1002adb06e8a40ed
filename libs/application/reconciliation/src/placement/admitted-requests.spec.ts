import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { simulate } from '../commands/what-if';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';
import { raisedTo } from './admitted-requests';
import { placing } from './placing';
import { ObservedTasks } from './task-history';

/** What the LimitRange of the namespace makes of a workload that asks for neither CPU nor memory. */
const DEFAULTS = { cpuMilli: 3_000, memoryMiB: 1_024, extended: {} };
/** A node with CPU for two such replicas. */
const NODE = gpuNode('node-a', 8, { cpuMilli: 8_000 });

const withReplicas = (number: number, replicas: number) => {
  const command = applyCommand(number, 0.1);
  const autoscaling = { minReplicas: replicas, maxReplicas: replicas };
  return { ...command, spec: { ...command.spec, autoscaling } };
};

function setUp() {
  const { workloads, cluster, reporter, create, iso } = fakeSchedulers(
    (clock) => new FakeCluster([NODE], clock),
  );
  cluster.admitted = DEFAULTS;
  const reconciler = create();
  return {
    cluster,
    reconciler,
    async apply(number: number, replicas: number) {
      const command = withReplicas(number, replicas);
      await workloads.change(command.workloadId, acceptApply(command, iso(), reporter), `apply-${number}`);
      reconciler.enqueueUrgent(command.workloadId);
      return command.workloadId;
    },
  };
}

describe('what a LimitRange or a RuntimeClass adds', () => {
  it('counts for all replicas of the first cycle, before any pod exists', async () => {
    const t = setUp();
    const id = await t.apply(1, 4);
    await reconcileUntilIdle(t.reconciler);
    expect(t.cluster.replicasOf(id)).toHaveLength(2);
    expect(t.reconciler.pending).toMatchObject([{ replicas: 2, reason: 'Cpu' }]);
  });

  it('counts for others while the replicas are being created', async () => {
    const t = setUp();
    const release = t.cluster.holdCreations();
    const first = await t.apply(1, 2);
    await t.reconciler.reconcileCycle();
    expect([...t.cluster.assumed]).toMatchObject([DEFAULTS, DEFAULTS]);
    t.cluster.admitted = undefined;
    const second = await t.apply(2, 1);
    t.cluster.admitted = DEFAULTS;
    await t.reconciler.reconcileCycle();
    release();
    await reconcileUntilIdle(t.reconciler);
    expect(t.cluster.replicasOf(first)).toHaveLength(2);
    expect(t.cluster.replicasOf(second)).toEqual([]);
  });

  it('is not asked for any more once the LimitRange has gone', async () => {
    const t = setUp();
    t.cluster.admitted = { ...DEFAULTS, cpuMilli: 9_000 };
    const id = await t.apply(1, 1);
    await reconcileUntilIdle(t.reconciler);
    expect(t.cluster.replicasOf(id)).toEqual([]);
    t.cluster.admitted = undefined;
    t.reconciler.capacityChanged({ kinds: ['node'] });
    await reconcileUntilIdle(t.reconciler);
    expect(t.cluster.replicasOf(id)).toHaveLength(1);
  });

  it('counts in a placement simulation', () => {
    const place = placing({ policy: 'fgd', tasks: new ObservedTasks({ now: () => 0 }) })({
      nodes: [{ ...NODE, replicas: [] }],
      quota: [],
    });
    const found = [...simulate(withReplicas(1, 3), 1, place, '2026-01-01T00:00:00.000Z', () => DEFAULTS)];
    expect(found.map(({ outcome }) => outcome)).toEqual(['placed', 'placed', 'unschedulable']);
  });
});

describe('a request raised to what its pod will ask for', () => {
  const request = { cpuMilli: 500, memoryMiB: 2_048, extended: { 'example.com/fpga': 1 } };

  it('asks for the larger amount of each resource', () => {
    const least = { cpuMilli: 750, memoryMiB: 1_024, extended: { 'example.com/nic': 2 } };
    expect(raisedTo(request, least)).toEqual({
      cpuMilli: 750,
      memoryMiB: 2_048,
      extended: { 'example.com/fpga': 1, 'example.com/nic': 2 },
    });
  });

  it('is the same object where nothing is added', () => {
    expect(raisedTo(request, { ...request, cpuMilli: 100 })).toBe(request);
    expect(raisedTo(request, undefined)).toBe(request);
  });
});
