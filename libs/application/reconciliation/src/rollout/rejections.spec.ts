import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { hasEnded } from '../model/replica';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers } from '../testing/scheduler';

const MESSAGE = "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 110";

/** A scheduler on nodes some of which reject every replica. */
function rejecting(nodes: readonly string[], rejectingNodes: readonly string[], reason = 'OutOfpods') {
  const t = fakeSchedulers(
    (now) =>
      new FakeCluster(
        nodes.map((name) => gpuNode(name, 2)),
        now,
      ),
  );
  const { cluster, workloads } = t;
  let reconciler = t.create();
  const refusing = new Set(rejectingNodes);
  let generation = 0;
  /** What kubelets do with new pods. */
  const admit = (): void => {
    for (const pod of cluster.pods.values()) {
      if (pod.phase !== 'Pending') continue;
      const change = refusing.has(pod.nodeName ?? '')
        ? ({ phase: 'Failed', rejected: true, reason, message: MESSAGE } as const)
        : ({ phase: 'Running', ready: true, startedAt: t.iso() } as const);
      cluster.update(pod.name, change);
      reconciler.enqueue(pod.workloadId);
    }
    for (const { workloadId } of [...cluster.pods.values()].filter(({ terminating }) => terminating))
      reconciler.enqueue(workloadId);
    cluster.endTerminating();
  };
  const run = async (seconds: number): Promise<void> => {
    for (let tick = 0; tick < seconds * 2; tick += 1) {
      await reconcileUntilIdle(reconciler);
      admit();
      await reconcileUntilIdle(reconciler);
      t.advance(500);
    }
  };
  return {
    ...t,
    run,
    refusing,
    restart: () => void (reconciler = t.create()),
    reconciler: () => reconciler,
    async apply(number: number, change: object = {}) {
      const command = applyCommand(number, 0.5, (generation += 1));
      const spec = { ...command.spec, ...change };
      await workloads.change(
        command.workloadId,
        acceptApply({ ...command, spec }, t.iso(), t.reporter),
        `apply-${generation}`,
      );
      reconciler.enqueue(command.workloadId);
      return command.workloadId;
    },
    state: (id: string) => {
      const found = workloads.rows.get(id)?.state;
      if (found === undefined) throw new Error('no state');
      return found;
    },
    living: (id: string) => cluster.replicasOf(id).filter((pod) => !hasEnded(pod)),
  };
}

describe('a replica that kubelet rejects', () => {
  it('is created again with exponential backoff, not in a loop', async () => {
    const t = rejecting(['node-a'], ['node-a']);
    await t.apply(1);
    await t.run(3_600);
    // After 5, 10, 20, 40, 80 and 160 s, then every 300 s.
    expect(t.cluster.creations.length).toBeLessThan(20);
    expect(t.cluster.creations.length).toBeGreaterThan(12);
    expect(t.cluster.pods.size).toBe(1);
  });

  it('goes to another node at once, and the node that rejected it is left alone', async () => {
    const t = rejecting(['node-a', 'node-b'], ['node-a']);
    const id = await t.apply(1);
    await t.run(3);
    expect(t.living(id).map(({ nodeName, ready }) => [nodeName, ready])).toEqual([['node-b', true]]);
    expect(t.cluster.creations).toHaveLength(2);
    expect(t.state(id)).toMatchObject({ phase: 'Running', phaseMessage: '' });
  });

  it('is reported with the node, the message of kubelet, and when it is tried again', async () => {
    const t = rejecting(['node-a'], ['node-a']);
    const id = await t.apply(1);
    await t.run(1);
    const { phase, phaseMessage, conditions, pods } = t.state(id);
    expect(phase).toBe('Pending');
    expect(phaseMessage).toBe(
      `node node-a rejected ${pods[0]?.name} (OutOfpods: ${MESSAGE}); it is created again after ` +
        '2026-01-01T00:00:01.000Z where there is capacity; node node-a is avoided until 2026-01-01T00:00:05.000Z',
    );
    const scheduled = conditions.find(({ type }) => type === 'PodScheduled');
    expect(scheduled).toMatchObject({ status: 'False', reason: 'RejectedByNode', message: phaseMessage });
    await t.run(2);
    expect(t.state(id).phaseMessage).toMatch(
      /^0\/1 nodes: 1 is avoided for a while because kubelet rejected such a replica there; node node-a rejected/,
    );
  });

  it('keeps other workloads of the kind from that node, and no others', async () => {
    const t = rejecting(['node-a'], ['node-a'], 'OutOfnvidia.com/gpu');
    await t.apply(1);
    await t.run(1);
    const second = await t.apply(2);
    const third = await t.apply(3, { compute: {} });
    await t.run(1);
    expect(t.cluster.replicasOf(second)).toEqual([]);
    expect(t.cluster.replicasOf(third)).toHaveLength(1);
  });

  it('starts once the node takes it', async () => {
    const t = rejecting(['node-a'], ['node-a']);
    const id = await t.apply(1);
    await t.run(60);
    t.refusing.clear();
    await t.run(60);
    expect(t.state(id).phase).toBe('Running');
    await t.run(600);
    t.refusing.add('node-a');
    const before = t.cluster.creations.length;
    await t.apply(1, { image: 'next' });
    await t.run(2);
    // A rejection long after the last one is a first one again.
    expect(t.cluster.creations.length - before).toBe(1);
  });

  it('waits although something else deletes its pods at once', async () => {
    const t = rejecting(['node-a'], ['node-a']);
    await t.apply(1);
    for (let second = 0; second < 600; second += 1) {
      await t.run(1);
      for (const pod of [...t.cluster.pods.values()].filter(hasEnded)) t.cluster.pods.delete(pod.name);
      await t.reconciler().resync();
    }
    expect(t.cluster.creations.length).toBeLessThan(12);
  });

  it('waits on after a restart: its pod records how often it was rejected', async () => {
    const t = rejecting(['node-a'], ['node-a']);
    await t.apply(1);
    await t.run(120);
    const before = t.cluster.creations.length;
    for (let restarts = 0; restarts < 10; restarts += 1) {
      t.restart();
      await t.reconciler().resync();
      await t.run(5);
    }
    expect(t.cluster.creations.length).toBe(before);
  });

  it('leaves at once where it is no longer wanted, and one that asks for less is tried at once', async () => {
    const t = rejecting(['node-a'], ['node-a'], 'OutOfcpu');
    const id = await t.apply(1, { compute: { cpuCoreRequest: 2 } });
    await t.run(20);
    t.refusing.clear();
    await t.apply(1, { compute: { cpuCoreRequest: 1 } });
    await t.run(1);
    expect(t.living(id).map(({ generation, ready }) => [generation, ready])).toEqual([[2, true]]);
    t.refusing.add('node-a');
    await t.apply(1, { compute: { cpuCoreRequest: 3 } });
    await t.run(1);
    expect(t.cluster.replicasOf(id).map(({ generation }) => generation)).toEqual([2]);
  });
});

describe('a replica to which admission adds something', () => {
  const replicas = (count: number) => ({ autoscaling: { minReplicas: count, maxReplicas: count } });

  it('counts as admitted when its workload gets another one', async () => {
    const t = rejecting(['node-a'], []);
    const id = await t.apply(1, replicas(1));
    await t.run(1);
    const [pod] = t.living(id);
    const all = t.cluster.nodes()[0]?.cpuMilli ?? 0;
    t.cluster.update(pod?.name ?? '', { cpuMilli: all * 0.75 });
    await t.apply(1, replicas(2));
    await t.run(1);
    expect(t.cluster.creations).toHaveLength(1);
    expect(t.state(id).phaseMessage).toMatch(new RegExp(`^0/1 nodes: 1 lacks ${(all * 0.75) / 1000} CPU$`));
  });
});
