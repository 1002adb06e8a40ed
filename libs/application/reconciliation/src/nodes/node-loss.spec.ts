import { applyCommand, gpuNode } from '@tessera/testing-builders';
import { acceptApply } from '../commands/accept';
import { FakeCluster, reconcileUntilIdle } from '../testing/fakes';
import { fakeSchedulers, START } from '../testing/scheduler';

const OVERDUE_MS = 61_000;
const NODE_EVERY_MS = 10_000;

/** One whole-GPU workload on each of `used` nodes of one pool, all running. */
async function fleet(used: number, free: number) {
  const names = Array.from({ length: used + free }, (_unused, at) => `node-${at}`);
  const { workloads, cluster, reporter, create, iso, advance } = fakeSchedulers(
    () => new FakeCluster(names.map((name) => gpuNode(name, 1))),
    { nodeLostMs: 60_000 },
  );
  const reconciler = create();
  const ids: string[] = [];
  const look = async (): Promise<void> => {
    // Each reconcile of a released replica lets the next one decide.
    for (let turn = 0; turn < 4; turn += 1) {
      for (const id of ids) reconciler.enqueue(id);
      await reconcileUntilIdle(reconciler);
    }
    cluster.allReady();
    for (const id of ids) reconciler.enqueue(id);
    await reconcileUntilIdle(reconciler);
  };
  for (let at = 1; at <= used; at += 1) {
    const command = applyCommand(at, 1);
    ids.push(command.workloadId);
    await workloads.change(command.workloadId, acceptApply(command, iso(), reporter), `apply-${at}`);
    await look();
  }
  const uids = () => [...cluster.pods.values()].map(({ uid }) => uid).sort();
  const before = uids();
  const places = [...cluster.pods.values()].map(({ nodeName = '' }) => nodeName);
  return {
    look,
    advance,
    used: places,
    lose: (...nodes: readonly string[]) => {
      for (const node of nodes) {
        cluster.lost.set(node, { node, since: START, gone: false });
        cluster.cordon(node);
      }
    },
    comeBack: () => cluster.lost.clear(),
    /** Pods of the beginning that are left. */
    kept: () => uids().filter((uid) => before.includes(uid)).length,
    pods: () => [...cluster.pods.values()],
    phases: () => ids.map((id) => workloads.rows.get(id)?.state.phase),
    messages: () =>
      ids.map(
        (id) => workloads.rows.get(id)?.state.conditions.find(({ type }) => type === 'Ready')?.message ?? '',
      ),
  };
}

describe('replicas on lost nodes', () => {
  it('are all kept while no node is ready, report why, and serve on once their nodes are back', async () => {
    const t = await fleet(3, 1);
    t.lose('node-0', 'node-1', 'node-2', 'node-3');
    t.advance(OVERDUE_MS);
    await t.look();
    expect(t.kept()).toBe(3);
    for (const message of t.messages())
      expect(message).toMatch(/no node .* is ready, so the replica is kept/);
    t.advance(600_000);
    await t.look();
    expect(t.kept()).toBe(3);
    t.comeBack();
    await t.look();
    expect([t.kept(), t.phases()]).toEqual([3, ['Running', 'Running', 'Running']]);
  });

  it('are kept while most nodes of their pool are lost, although there is a place', async () => {
    const t = await fleet(3, 2);
    t.lose(...t.used);
    t.advance(OVERDUE_MS);
    await t.look();
    expect(t.kept()).toBe(3);
    expect(t.messages()[0]).toMatch(/only a minority of the nodes .* are ready/);
  });

  it('are replaced where one node is lost and its replica has a place elsewhere', async () => {
    const t = await fleet(3, 1);
    t.lose(t.used[0] ?? '');
    t.advance(OVERDUE_MS);
    await t.look();
    expect(t.kept()).toBe(2);
    expect(t.pods()).toHaveLength(3);
    expect(t.phases()).toEqual(['Running', 'Running', 'Running']);
  });

  it('are kept where no other node has a place, and report it', async () => {
    const t = await fleet(3, 0);
    t.lose(t.used[0] ?? '');
    t.advance(OVERDUE_MS);
    await t.look();
    expect(t.kept()).toBe(3);
    expect(t.messages()[0]).toMatch(/no other node has a place for its successor/);
  });

  it('are replaced node after node, one in ten seconds', async () => {
    const t = await fleet(4, 3);
    t.lose(...t.used.slice(0, 2));
    t.advance(OVERDUE_MS);
    await t.look();
    expect(t.kept()).toBe(3);
    t.advance(NODE_EVERY_MS - 1);
    await t.look();
    expect(t.kept()).toBe(3);
    t.advance(1);
    await t.look();
    expect(t.kept()).toBe(2);
    expect(t.phases()).toEqual(['Running', 'Running', 'Running', 'Running']);
  });

  it('have one place for two: one is replaced, the other kept', async () => {
    const t = await fleet(4, 1);
    t.lose(...t.used.slice(0, 2));
    t.advance(OVERDUE_MS);
    await t.look();
    t.advance(2 * NODE_EVERY_MS);
    await t.look();
    expect(t.kept()).toBe(3);
    expect(t.phases().filter((phase) => phase === 'Running')).toHaveLength(3);
  });
});
